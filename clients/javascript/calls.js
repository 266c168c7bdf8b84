import { Problem } from './wire.js';

const MOST_KNOWN = 500;
const GRACE = 1_500;

/**
 * The calls that this app shows. A call is state and rings once: it is folded by its UUID, whatever
 * tells of it and however often, and one that is over never rings again.
 */
export class Calls {
  #wire;
  #tellRing;
  #tellOver;
  /** @type {Map<string, 'ringing' | 'over'>} */
  #known = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #timers = new Map();

  /**
   * @param {import('./wire.js').Wire} wire
   * @param {(ring: any) => Promise<void>} tellRing
   * @param {(end: any) => Promise<void>} tellOver
   */
  constructor(wire, tellRing, tellOver) {
    this.#wire = wire;
    this.#tellRing = tellRing;
    this.#tellOver = tellOver;
  }

  get ringing() {
    return [...this.#known].filter(([, state]) => state === 'ringing').map(([call]) => call);
  }

  /** @param {any} ring a frame `call`, or how a call stands */
  async rings(ring) {
    if (this.#known.has(ring.call)) return;
    this.#remember(ring.call, 'ringing');
    // without a network no end is told: the ring must not outlive its time
    const left = Date.parse(ring.ringsUntil) - (Date.now() + this.#wire.ahead);
    this.#timers.set(
      ring.call,
      setTimeout(() => void this.over(ring.call, { how: 'timed-out' }), Math.max(0, left) + GRACE),
    );
    try {
      await this.#tellRing(ring);
    } catch (fault) {
      // its ring was not seen: told again, it rings again
      clearTimeout(this.#timers.get(ring.call));
      this.#timers.delete(ring.call);
      if (this.#known.get(ring.call) === 'ringing') this.#known.delete(ring.call);
      throw fault;
    }
  }

  /** @param {string} call @param {any} end with `how` and its fields */
  async over(call, end) {
    const was = this.#known.get(call);
    clearTimeout(this.#timers.get(call));
    this.#timers.delete(call);
    this.#remember(call, 'over');
    if (was === 'ringing') {
      const { how = 'unknown', by, on, where } = end;
      await this.#tellOver({ call, how, by, on, where });
    }
  }

  /** Whatever else rings here is over: its end was missed. @param {string[]} calls */
  async onlyThese(calls) {
    for (const call of this.ringing.filter((one) => !calls.includes(one))) {
      const now = await this.#wire
        .ask('GET', `/calls/${call}`)
        .catch(() => ({ how: 'unknown' })); // over it is all the same
      await this.over(call, now);
    }
  }

  /**
   * @param {string} call
   * @param {'answer' | 'decline'} what
   * @param {object} [body]
   */
  async decide(call, what, body) {
    try {
      const now = await this.#wire.ask('POST', `/calls/${encodeURIComponent(call)}/${what}`, body);
      // a call that this device alone declined rings on elsewhere, and is over here
      await this.over(call, now.state === 'over' ? now : { how: what === 'answer' ? 'answered' : 'declined' });
      return now;
    } catch (refused) {
      if (refused instanceof Problem && refused.call) await this.over(call, refused.call);
      throw refused;
    }
  }

  forgetTimers() {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** @param {string} call @param {'ringing' | 'over'} state */
  #remember(call, state) {
    this.#known.delete(call);
    this.#known.set(call, state);
    for (const [oldest, how] of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      if (how === 'over') this.#known.delete(oldest);
    }
  }
}
