/**
 * Pushes to a browser whose page is not open: the page subscribes, its service worker shows what
 * comes.
 *
 * ```js
 * // in the page, after a click: browsers ask the user
 * await subscribe(phone, { worker: await navigator.serviceWorker.register('/worker.js', { type: 'module' }) });
 *
 * // worker.js
 * import { showPushes } from './reveille/webpush.js';
 * showPushes(self, { page: '/', placeholder: 'New message' });
 * ```
 */

import { Wire } from './wire.js';

const DATABASE = 'reveille';
const STORE = 'worker';
const MOST_SEEN = 200;
const TOKEN_TAKEN = 'RV-401';

/**
 * What page and worker share.
 *
 * @typedef {object} WorkerMemory
 * @property {(name: string) => Promise<any>} load
 * @property {(name: string, value: any) => Promise<void>} save
 */

/** In the browser's database, since a worker has no local storage. @returns {WorkerMemory} */
export function workerMemory(indexedDB = globalThis.indexedDB) {
  /** @returns {Promise<IDBDatabase>} */
  const open = () =>
    new Promise((done, failed) => {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error);
    });
  /** @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest} what */
  const run = async (mode, what) => {
    const database = await open();
    try {
      return await new Promise((done, failed) => {
        const request = what(database.transaction(STORE, mode).objectStore(STORE));
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
    } finally {
      database.close();
    }
  };
  return {
    load: (name) => run('readonly', (store) => store.get(name)),
    save: (name, value) => run('readwrite', (store) => store.put(value, name)),
  };
}

/**
 * Subscribes the browser to pushes and tells the server. A subscription that was made with another
 * key is replaced: the push service would refuse ours.
 *
 * @param {import('./reveille.js').Phone} phone
 * @param {object} options
 * @param {ServiceWorkerRegistration} options.worker
 * @param {string} [options.key] the app's public key; else what the server said at registration
 * @param {WorkerMemory} [options.memory] shared with the worker
 * @param {object} [options.proof] as `setTokens` takes it
 * @returns {Promise<PushSubscription>}
 */
export async function subscribe(phone, { worker, key = phone.webPushKey, memory = workerMemory(), proof }) {
  if (!key) throw new TypeError('the app has no key for Web Push: `reveille apps credentials APP webpush` makes one');
  let subscription = await worker.pushManager.getSubscription();
  if (subscription && !hasKey(subscription, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  const anew = () => worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  subscription ??= await anew();
  try {
    await phone.setTokens([tokenOf(subscription)], proof);
  } catch (refused) {
    if (refused.code !== TOKEN_TAKEN) throw refused;
    // an installation that this browser has forgotten holds the endpoint: another one takes its place
    await subscription.unsubscribe();
    subscription = await anew();
    await phone.setTokens([tokenOf(subscription)], proof);
  }
  await memory.save('device', phone.forWorker());
  return subscription;
}

/** The subscription as `tokens` of the device protocol has it. @param {PushSubscription} subscription */
export function tokenOf(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { service: 'webpush', channel: 'single', token: endpoint, p256dh: keys?.p256dh, auth: keys?.auth };
}

/** @param {PushSubscription} subscription @param {string} key */
function hasKey(subscription, key) {
  const its = subscription.options?.applicationServerKey;
  return !its || base64url(new Uint8Array(its)) === key.replace(/=+$/, '');
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

/**
 * Shows pushes in a service worker. What is shown twice folds by its tag; a call that is over
 * closes its notification; what has expired rings no more.
 *
 * @param {any} self the worker's global object
 * @param {object} [options]
 * @param {string} [options.page] opened by a click where no page is open
 * @param {string} [options.placeholder] shown where a push brings no words
 * @param {string} [options.missed] shown where a call ended without an answer
 * @param {WorkerMemory} [options.memory] shared with the page
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {(envelope: any, shown: {title: string, options: NotificationOptions}) =>
 *   {title: string, options: NotificationOptions}} [options.look] changes how a push is shown
 */
export function showPushes(self, options = {}) {
  const {
    page = '/',
    placeholder = 'New message',
    missed = 'Missed call',
    memory = workerMemory(),
    fetch,
    look = (_envelope, shown) => shown,
  } = options;
  /** One push after the other, so that a call's end never overtakes its ring. */
  let work = Promise.resolve();

  const report = async (mark, event) => {
    const device = await memory.load('device');
    if (!device || !event) return;
    try {
      await new Wire(device.server, device.token, fetch).ask('POST', '/receipts', { receipts: [{ event, mark }] });
    } catch {
      // the inbox keeps the event: the page says what became of it when it opens
    }
  };
  const close = async (tag) => {
    const open = await self.registration.getNotifications({ tag });
    open.forEach((one) => one.close());
    return open.length > 0;
  };
  const show = async (envelope, title, more) => {
    const shown = look(envelope, { title, options: { data: { event: envelope.id, call: envelope.call }, ...more } });
    await self.registration.showNotification(shown.title, shown.options);
    await report('shown', envelope.id);
  };
  const isSeen = async (event) => ((await memory.load('seen')) ?? []).includes(event);
  const remember = async (event) =>
    memory.save('seen', [...((await memory.load('seen')) ?? []), event].slice(-MOST_SEEN));
  const isOver = async (call) => ((await memory.load('over')) ?? []).includes(call);

  const ring = async (envelope) => {
    const late = envelope.expires * 1_000 <= Date.now() || (await isOver(envelope.call));
    const name = envelope.caller?.name || envelope.caller?.address || placeholder;
    await show(envelope, name, {
      body: late ? missed : envelope.show?.body,
      tag: envelope.call,
      requireInteraction: !late,
      silent: late,
      renotify: !late,
    });
  };
  const over = async (envelope) => {
    await memory.save('over', [...((await memory.load('over')) ?? []), envelope.call].slice(-MOST_SEEN));
    const rang = await close(envelope.call);
    const body = envelope.show?.body || (envelope.how === 'missed' || envelope.how === 'cancelled' ? missed : '');
    // a browser wants each push to show something: without words it shows its own
    if (body || !rang) await show(envelope, body || placeholder, { tag: envelope.call, silent: true });
  };
  const tell = async (envelope) => {
    const words = envelope.show ?? {};
    await show(envelope, words.title ?? words.body ?? placeholder, {
      body: words.title ? words.body : undefined,
      tag: words.tag || envelope.id,
      image: envelope.image,
    });
    if (words.badge !== undefined) await self.navigator?.setAppBadge?.(words.badge);
  };

  const pushed = async (envelope) => {
    const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    pages.forEach((each) => each.postMessage({ reveille: envelope }));
    if (await isSeen(envelope.id)) return;
    await report('received', envelope.id);
    switch (envelope.class) {
      case 'call':
        await ring(envelope);
        break;
      case 'call-end':
        await over(envelope);
        break;
      case 'message':
      case 'alert':
        await tell(envelope);
        break;
      default: // a hint that something changed shows nothing
    }
    // last: what could not be shown is shown when it comes once more
    await remember(envelope.id);
  };

  self.addEventListener('push', (event) => {
    work = work.then(() => pushed(event.data.json())).catch((fault) => console.error('a push was not shown', fault));
    event.waitUntil(work);
  });
  self.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(
      (async () => {
        const [open] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
        await (open ? open.focus() : self.clients.openWindow(page));
      })(),
    );
  });
  self.addEventListener('notificationclose', (event) => {
    event.waitUntil(report('dismissed', event.notification.data?.event));
  });
}
