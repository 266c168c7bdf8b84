/**
 * The app's side of a Reveille server.
 *
 * ```js
 * const phone = await Phone.open({ server, app: 'com.example.phone', memory: localMemory('phone'),
 *   code: () => fetchCodeFromYourBackend() });
 * phone.on('ring', ({ call, caller }) => showRing(call, caller));
 * phone.on('ring-over', ({ call, how }) => hideRing(call, how));
 * phone.on('message', (entry) => keepAndShow(entry));
 * phone.connect();
 * ```
 *
 * An entry is acknowledged when every listener of it is done (a promise is waited for), and told
 * once by its event; a call rings once by its UUID. What comes is in `docs/protocols/device.md`.
 */

import { Backoff } from './backoff.js';
import { Calls } from './calls.js';
import { poll, socket, stream } from './channels.js';
import { Receipts } from './receipts.js';
import { milliseconds, Problem, Wire } from './wire.js';

export { Backoff, Problem };

const OPENING_PATIENCE = 15_000;
const STEADY_AFTER = 10_000;
const BETTER_AFTER = 10 * 60_000;
const MOST_SEEN = 2_000;
const ACK_DELAY = 60;

const SIGNED_OUT = ['RV-404', 'RV-320'];
const REPLACED = 'RV-607';

/**
 * @typedef {object} Saved what outlives the app
 * @property {string} installation
 * @property {string} token the device token: a secret of this installation
 * @property {string} user
 * @property {string} [cursor]
 * @property {string} [webPushKey] what the app's pages subscribe to Web Push with
 *
 * @typedef {object} Memory where it is kept
 * @property {() => Saved | undefined} load
 * @property {(saved: Saved | undefined) => void} save
 *
 * @typedef {'websocket' | 'stream' | 'poll'} Transport
 *
 * @typedef {object} Options
 * @property {string} server such as `https://phones.example.org:9443`
 * @property {Saved} [saved] who this installation is; or `memory`
 * @property {Memory} [memory]
 * @property {string} [state] of the app as it begins: `foreground` unless said otherwise
 * @property {Transport[]} [transports] in the order in which they are tried
 * @property {Backoff} [backoff]
 * @property {typeof globalThis.fetch} [fetch]
 * @property {any} [WebSocket]
 *
 * @typedef {object} Status
 * @property {'connecting' | 'open' | 'caught-up' | 'waiting' | 'closed'} status
 * @property {Transport} [transport]
 * @property {number} [delay] milliseconds until the next try, when waiting
 * @property {Problem} [why]
 */

/** In the browser's own store. @param {string} name @param {Storage} [storage] @returns {Memory} */
export function localMemory(name, storage = globalThis.localStorage) {
  return {
    load: () => JSON.parse(storage.getItem(name) ?? 'null') ?? undefined,
    save(saved) {
      if (saved) storage.setItem(name, JSON.stringify(saved));
      else storage.removeItem(name);
    },
  };
}

/**
 * Makes this app an installation of a user.
 *
 * @param {string} server
 * @param {object} registration as `POST /device/v1/installations` takes it: `app`, `code` or
 *   `statement`, `platform`, and what else there is to say
 * @param {typeof globalThis.fetch} [fetch]
 * @returns {Promise<Saved>}
 */
export async function register(server, registration, fetch) {
  const made = await new Wire(server, undefined, fetch).ask('POST', '/installations', {
    platform: 'browser',
    ...registration,
  });
  const { installation, token, user, cursor, webPushKey } = made;
  return { installation, token, user, cursor, ...(webPushKey && { webPushKey }) };
}

export class Phone {
  #server;
  #wire;
  #saved;
  #memory;
  #transports;
  #backoff;
  #WebSocket;
  #calls;
  #receipts;
  /** @type {Map<string, Set<(what: any) => unknown>>} */
  #listeners = new Map();
  /** @type {Set<string>} */
  #seen = new Set();
  #work = Promise.resolve();
  /** @type {import('./channels.js').Channel | undefined} */
  #channel;
  #generation = 0;
  #way = 0;
  #steppedDownAt = 0;
  #isOpen = false;
  #askedAt = 0;
  #openedAt = 0;
  #heardAt = 0;
  #heartbeat = 300_000;
  #goAway = 0;
  #state;
  #wanted = false;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();
  /** @type {string | undefined} */
  #upTo;

  /** @param {Options} options */
  constructor(options) {
    const saved = options.saved ?? options.memory?.load();
    if (!saved) throw new TypeError('who is this? Give saved, or memory that has it, or use Phone.open');
    this.#saved = { ...saved };
    this.#memory = options.memory;
    this.#server = options.server;
    this.#wire = new Wire(options.server, saved.token, options.fetch);
    this.#WebSocket = options.WebSocket ?? globalThis.WebSocket;
    /** @type {Transport[]} */
    const ways = options.transports ?? ['websocket', 'stream', 'poll'];
    this.#transports = ways.filter((way) => way !== 'websocket' || this.#WebSocket);
    if (this.#transports.length === 0) throw new TypeError('there is no way left to hold a channel');
    this.#backoff = options.backoff ?? new Backoff();
    this.#state = options.state ?? 'foreground';
    this.#calls = new Calls(
      this.#wire,
      (ring) => this.#emit('ring', ring),
      (end) => this.#emit('ring-over', end),
    );
    this.#receipts = new Receipts(this.#wire, (why) => this.#say('error', why));
  }

  /**
   * The installation that the memory knows, or a new one.
   *
   * @param {Options & {memory: Memory, app: string, code?: () => Promise<string>,
   *   statement?: () => Promise<string>, registration?: object}} options
   */
  static async open(options) {
    if (!options.memory.load()) {
      const proof = options.code
        ? { code: await options.code() }
        : { statement: await /** @type {() => Promise<string>} */ (options.statement)() };
      options.memory.save(
        await register(options.server, { app: options.app, ...proof, ...options.registration }, options.fetch),
      );
    }
    return new Phone(options);
  }

  // ---- what the app is told -------------------------------------------------------------------

  /**
   * `ring`, `ring-over`; `message`, `alert`, `silent`, `change`; `gap`, `unread`, `status`,
   * `signed-out`, `replaced`, `error`. A listener of an entry that fails ends the channel, and the
   * entry comes again after a pause.
   *
   * @param {string} what
   * @param {(it: any) => unknown} listener
   * @returns {() => void} takes the listener away again
   */
  on(what, listener) {
    const all = this.#listeners.get(what) ?? new Set();
    this.#listeners.set(what, all.add(listener));
    return () => void all.delete(listener);
  }

  /** @param {string} what @param {any} it */
  async #emit(what, it) {
    for (const listener of [...(this.#listeners.get(what) ?? [])]) await listener(it);
  }

  /** Tells what nothing depends on: a listener that fails stops nothing else. @param {string} what @param {any} it */
  #say(what, it) {
    this.#emit(what, it).catch((fault) => console.error(fault));
  }

  /** @param {Status} status */
  #status(status) {
    this.#say('status', { transport: this.transport, ...status });
  }

  get user() {
    return this.#saved.user;
  }

  get installation() {
    return this.#saved.installation;
  }

  /** The app's public key for Web Push, as the server said it at registration. */
  get webPushKey() {
    return this.#saved.webPushKey;
  }

  /** What a service worker needs to report in this installation's name: a secret. */
  forWorker() {
    return { server: this.#server, token: this.#saved.token };
  }

  /** The position that was processed last. */
  get cursor() {
    return this.#saved.cursor;
  }

  get transport() {
    return this.#transports[this.#way];
  }

  get isOpen() {
    return this.#isOpen;
  }

  /** Calls that ring now. */
  get ringing() {
    return this.#calls.ringing;
  }

  // ---- the live channel -----------------------------------------------------------------------

  /** Opens the live channel and keeps it open until `close`. */
  connect() {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#open();
  }

  /** Says that the app goes to the background, and ends the channel. */
  close() {
    this.#wanted = false;
    if (this.#isOpen) this.#channel?.state('background');
    this.#flush();
    this.#drop();
    this.#calls.forgetTimers();
    this.#status({ status: 'closed' });
  }

  /** Tries now instead of later: the network is there again, the user looks. */
  retry() {
    if (this.#wanted && this.#timers.has('retry')) this.#open();
  }

  /** @param {string} state `foreground`, `background`, `locked`, `screen-off`, `suspended`, `stopped` */
  setState(state) {
    this.#state = state;
    if (this.#isOpen) this.#channel?.state(state);
    if (state === 'foreground') this.retry();
  }

  /**
   * Lets a page's visibility be the app's state, and the browser's word that it is online a reason
   * to try at once.
   *
   * @param {Document} [page]
   * @returns {() => void} stops that
   */
  followPage(page = globalThis.document) {
    const look = () => this.setState(page.visibilityState === 'visible' ? 'foreground' : 'background');
    const online = () => this.retry();
    page.addEventListener('visibilitychange', look);
    globalThis.addEventListener('online', online);
    look();
    return () => {
      page.removeEventListener('visibilitychange', look);
      globalThis.removeEventListener('online', online);
    };
  }

  #open() {
    this.#drop();
    const generation = ++this.#generation;
    const current = () => generation === this.#generation;
    if (this.#way > 0 && Date.now() - this.#steppedDownAt > BETTER_AFTER) this.#way = 0;
    this.#goAway = 0;
    this.#askedAt = Date.now();
    this.#status({ status: 'connecting' });
    this.#after('opening', OPENING_PATIENCE, () =>
      this.#lost(new Problem(0, { title: 'The channel did not open in time.' })),
    );
    const opening = { websocket: socket, stream, poll }[this.transport];
    this.#channel = opening(
      this.#wire,
      { cursor: () => this.cursor, state: () => this.#state, ringing: () => this.#calls.ringing },
      {
        opened: () => current() && this.#opened(),
        heard: () => {
          this.#heardAt = Date.now();
        },
        frame: (frame) => {
          this.#work = this.#work.then(async () => {
            if (!current()) return;
            try {
              await this.#take(frame);
            } catch (fault) {
              if (current()) this.#lost(new Problem(0, { title: `A listener failed: ${fault}` }));
            }
          });
        },
        closed: (why) => current() && this.#lost(why),
      },
      this.#WebSocket,
    );
  }

  #opened() {
    this.#stop('opening');
    this.#isOpen = true;
    this.#openedAt = this.#heardAt = Date.now();
    this.#watch();
    this.#status({ status: 'open' });
    void this.#receipts.flush();
  }

  /** A channel on which the server's pings stay away is dead, whatever the network says. */
  #watch() {
    const longest = this.#heartbeat * 1.5 + 10_000;
    const left = this.#heardAt + longest - Date.now();
    if (left <= 0) this.#lost(new Problem(0, { title: 'Nothing was heard for too long.' }));
    else this.#after('watch', left, () => this.#watch());
  }

  /** Ends what there is of a channel. */
  #drop() {
    this.#generation++;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#upTo = undefined;
    this.#channel?.close();
    this.#channel = undefined;
    this.#isOpen = false;
  }

  /** @param {Problem} why the channel is gone, or did not open */
  #lost(why) {
    const wasOpen = this.#isOpen;
    if (wasOpen && Date.now() - this.#openedAt > STEADY_AFTER) this.#backoff.reset();
    const atLeast = why.retryAfter;
    const sentAway = this.#goAway;
    this.#drop();
    if (!this.#wanted) return;
    if (SIGNED_OUT.includes(why.code) || why.code === REPLACED) {
      this.#wanted = false;
      this.#status({ status: 'closed', why });
      if (why.code !== REPLACED) this.#memory?.save(undefined);
      this.#say(why.code === REPLACED ? 'replaced' : 'signed-out', why);
      return;
    }
    // the server answers, but this way to it is closed: something between does not let it through
    if (!wasOpen && why.code === '' && this.#wire.answeredAt >= this.#askedAt) this.#stepDown();
    const delay = sentAway || this.#backoff.next(atLeast);
    this.#status({ status: 'waiting', delay, why });
    this.#after('retry', delay, () => this.#open());
  }

  #stepDown() {
    this.#way = (this.#way + 1) % this.#transports.length;
    this.#steppedDownAt = Date.now();
  }

  /** @param {string} what @param {number} delay @param {() => void} then */
  #after(what, delay, then) {
    this.#stop(what);
    this.#timers.set(
      what,
      setTimeout(() => {
        this.#timers.delete(what);
        then();
      }, delay),
    );
  }

  /** @param {string} what */
  #stop(what) {
    clearTimeout(this.#timers.get(what));
    this.#timers.delete(what);
  }

  // ---- frames ---------------------------------------------------------------------------------

  /** @param {any} frame */
  async #take(frame) {
    switch (frame.frame) {
      case 'welcome':
        this.#heartbeat = milliseconds(frame.heartbeat);
        this.#watch();
        this.#saved.cursor ??= frame.position;
        await this.#calls.onlyThese(frame.ringing);
        break;
      case 'behind':
        await this.#calls.onlyThese(frame.ringing);
        break;
      case 'call':
        await this.#calls.rings(frame);
        this.#acknowledgeEvent(frame.event);
        break;
      case 'call-over':
        await this.#calls.over(frame.call, frame);
        if (frame.event) this.#acknowledgeEvent(frame.event);
        break;
      case 'entry':
        await this.#entry(frame.class, frame);
        break;
      case 'change':
        await this.#entry('change', frame);
        break;
      case 'gap':
        this.#say('gap', frame);
        break;
      case 'caught-up':
        this.#moved(frame.position);
        this.#status({ status: 'caught-up' });
        this.#countSoon();
        break;
      case 'go-away':
        this.#goAway = Math.max(1, milliseconds(frame.delay));
        break;
      case 'error':
        this.#say('error', new Problem(0, frame));
        break;
      case 'processed':
        frame.done();
        break;
      default: // of a later server: frames are only added
    }
  }

  /** @param {string} kind @param {any} frame */
  async #entry(kind, frame) {
    if (!this.#seen.has(frame.event)) {
      await this.#emit(kind, frame);
      this.#seen.add(frame.event);
      if (this.#seen.size > MOST_SEEN) this.#seen.delete(/** @type {string} */ (this.#seen.values().next().value));
      this.#countSoon();
    }
    if (frame.position === undefined) {
      this.#acknowledgeEvent(frame.event);
    } else {
      this.#moved(frame.position);
      this.#upTo = frame.position;
      if (!this.#timers.has('ack')) this.#after('ack', ACK_DELAY, () => this.#flush());
    }
  }

  /** @param {string} position */
  #moved(position) {
    this.#saved.cursor = position;
    this.#memory?.save(this.#saved);
  }

  #flush() {
    this.#stop('ack');
    if (this.#upTo !== undefined) this.#channel?.acknowledge(this.#upTo);
    this.#upTo = undefined;
  }

  /** @param {string} event */
  #acknowledgeEvent(event) {
    this.#channel?.acknowledgeEvents([event]);
  }

  #countSoon() {
    if ((this.#listeners.get('unread')?.size ?? 0) > 0 && this.#isOpen) {
      this.#after('unread', 150, () => {
        this.unread().then(
          (unread) => this.#say('unread', unread),
          () => {}, // the next entry asks again
        );
      });
    }
  }

  // ---- calls ----------------------------------------------------------------------------------

  /**
   * Answers a call on this device. The first committed answer counts: a `Problem` with `RV-701` and
   * `call` says who was faster.
   *
   * @param {string} call its UUID
   * @returns {Promise<any>} how it stands now
   */
  answer(call) {
    return this.#calls.decide(call, 'answer');
  }

  /** @param {string} call @param {{everywhere?: boolean}} [how] `false`: it rings on elsewhere */
  decline(call, { everywhere = true } = {}) {
    return this.#calls.decide(call, 'decline', { everywhere });
  }

  /** How a call stands, whichever device or caller ended it. @param {string} call @returns {Promise<any>} */
  call(call) {
    return this.#wire.ask('GET', `/calls/${encodeURIComponent(call)}`);
  }

  /**
   * Hands in the envelope of a push (`reveille` in its payload): it is acknowledged, and a call that
   * rings and was not told yet is told.
   *
   * @param {any} envelope
   */
  async pushed(envelope) {
    this.mark('received', envelope.id);
    if (envelope.class === 'call' || envelope.class === 'call-end') {
      const now = await this.call(envelope.call);
      if (now.state === 'ringing') await this.#calls.rings({ ...now, state: true });
      else await this.#calls.over(envelope.call, now);
    }
  }

  // ---- messages and receipts ------------------------------------------------------------------

  /**
   * Says what became of events. Kept until the server has it.
   *
   * @param {'received' | 'shown' | 'read' | 'dismissed'} mark
   * @param {...string} events
   */
  mark(mark, ...events) {
    this.#receipts.add(mark, events);
    if (mark === 'read' || mark === 'dismissed') this.#countSoon();
  }

  /** The user has read the conversation up to this event. @param {string} conversation @param {string} upTo */
  async read(conversation, upTo) {
    await this.#wire.ask('POST', `/conversations/${encodeURIComponent(conversation)}/read`, { upTo });
    this.#countSoon();
  }

  /**
   * A page of the inbox.
   *
   * @param {{after?: string, most?: number}} [which]
   * @returns {Promise<{entries: any[], upTo: string, gap: boolean, more: boolean, unread: number}>}
   */
  inbox({ after, most = 100 } = {}) {
    const query = new URLSearchParams({ most: String(most), ...(after ? { after } : {}) });
    return this.#wire.ask('GET', `/inbox?${query}`);
  }

  /** The number for the app's badge. @returns {Promise<number>} */
  async unread() {
    return (await this.inbox({ most: 1 })).unread;
  }

  // ---- the installation -----------------------------------------------------------------------

  /** Replaces all push tokens. @param {object[]} tokens @param {string} [proof] */
  setTokens(tokens, proof) {
    return this.#wire.ask('PUT', '/tokens', { tokens, proof });
  }

  /** @param {object} what `osMajor`, `locale`, `generation`, `attributes`, `contentKey` */
  change(what) {
    return this.#wire.ask('PATCH', '/installation', what);
  }

  /** Takes a new device token; the one before ends when this one is used. */
  async renewToken() {
    const { token } = await this.#wire.ask('POST', '/token');
    this.#wire.token = this.#saved.token = token;
    this.#memory?.save(this.#saved);
  }

  /** Ends this installation's binding to its user at once. */
  async signOut() {
    await this.#wire.ask('POST', '/sign-out');
    this.close();
    this.#memory?.save(undefined);
  }
}
