import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showPushes, subscribe, tokenOf } from '../webpush.js';

/** A service worker's global object that writes down what is shown. */
function worker() {
  const listeners = {};
  const open = [];
  const self = {
    shown: [],
    opened: [],
    addEventListener: (what, listener) => (listeners[what] = listener),
    registration: {
      showNotification: async (title, options) => {
        self.shown.push({ title, ...options });
        for (let i = open.length - 1; i >= 0; i--) if (open[i].tag === options.tag) open.splice(i, 1);
        const one = { tag: options.tag, title, data: options.data, close: () => open.splice(open.indexOf(one), 1) };
        open.push(one);
      },
      getNotifications: async ({ tag }) => open.filter((one) => one.tag === tag),
    },
    clients: { matchAll: async () => [], openWindow: async (page) => self.opened.push(page) },
    open,
  };
  self.fire = async (what, event) => {
    let done;
    listeners[what]({ ...event, waitUntil: (work) => (done = work) });
    await done;
  };
  self.push = (envelope) => self.fire('push', { data: { json: () => envelope } });
  return self;
}

function memory(first = {}) {
  const kept = new Map(Object.entries(first));
  return { load: async (name) => kept.get(name), save: async (name, value) => void kept.set(name, value) };
}

const soon = () => Math.floor(Date.now() / 1_000) + 30;
const ring = (more) => ({ v: 1, id: 'e-1', class: 'call', call: 'c-1', caller: { name: 'Bob' }, expires: soon(), ...more });
const message = (more) => ({
  v: 1, id: 'e-2', class: 'message', expires: soon(), show: { title: 'Bob', body: 'Hello', tag: 't' }, ...more,
});

test('a call rings until it is over', async () => {
  const self = worker();
  showPushes(self, { memory: memory() });
  await self.push(ring());
  assert.equal(self.shown[0].title, 'Bob');
  assert.equal(self.shown[0].requireInteraction, true);
  await self.push({ v: 1, id: 'e-9', class: 'call-end', call: 'c-1', how: 'answered', expires: soon() });
  assert.deepEqual(self.open, []);
  assert.equal(self.shown.length, 1);
});

test('a call whose end came first does not ring', async () => {
  const self = worker();
  showPushes(self, { memory: memory() });
  await self.push({ v: 1, id: 'e-9', class: 'call-end', call: 'c-1', how: 'cancelled', expires: soon() });
  await self.push(ring());
  assert.ok(self.shown.every((one) => !one.requireInteraction && one.silent));
});

test('a call that expired on its way does not ring', async () => {
  const self = worker();
  showPushes(self, { memory: memory() });
  await self.push(ring({ expires: soon() - 60 }));
  assert.equal(self.shown[0].requireInteraction, false);
  assert.equal(self.shown[0].body, 'Missed call');
});

test('what comes twice is shown once', async () => {
  const self = worker();
  showPushes(self, { memory: memory() });
  await self.push(message());
  await self.push(message());
  assert.equal(self.shown.length, 1);
  assert.equal(self.shown[0].tag, 't');
});

test('a push without words shows the placeholder, a hint shows nothing', async () => {
  const self = worker();
  showPushes(self, { memory: memory(), placeholder: 'News' });
  await self.push(message({ show: undefined }));
  await self.push({ v: 1, id: 'e-3', class: 'change', expires: soon() });
  assert.deepEqual(self.shown.map((one) => one.title), ['News']);
});

test('the worker reports in the name of the device', async () => {
  const self = worker();
  const asked = [];
  const fetch = async (url, { headers, body }) => {
    asked.push({ path: new URL(url).pathname, who: headers.Authorization, ...JSON.parse(body).receipts[0] });
    return new Response('', { status: 200 });
  };
  const device = { server: 'https://phones.example.org:9443', token: 'rvd_1' };
  showPushes(self, { memory: memory({ device }), fetch });
  await self.push(message());
  await self.fire('notificationclose', { notification: { data: self.shown[0].data } });
  assert.deepEqual(asked.map((one) => one.mark), ['received', 'shown', 'dismissed']);
  assert.ok(asked.every((one) => one.event === 'e-2' && one.who === 'Bearer rvd_1'));
  assert.ok(asked.every((one) => one.path === '/device/v1/receipts'));
});

test('a click opens the page', async () => {
  const self = worker();
  showPushes(self, { memory: memory(), page: '/phone' });
  await self.push(message());
  await self.fire('notificationclick', { notification: self.open[0] });
  assert.deepEqual(self.opened, ['/phone']);
  assert.deepEqual(self.open, []);
});

test('a subscription with another key is made anew', async () => {
  const json = { endpoint: 'https://push.example.org/1', keys: { p256dh: 'p', auth: 'a' } };
  const made = { toJSON: () => json };
  let ended = false;
  const old = { options: { applicationServerKey: new Uint8Array([1, 2]).buffer }, unsubscribe: async () => (ended = true) };
  const pushManager = { getSubscription: async () => old, subscribe: async (how) => ((pushManager.how = how), made) };
  const told = [];
  const phone = {
    webPushKey: 'BKey',
    setTokens: async (tokens) => told.push(...tokens),
    forWorker: () => ({ server: 's', token: 't' }),
  };
  const shared = memory();
  await subscribe(phone, { worker: { pushManager }, memory: shared });
  assert.equal(ended, true);
  assert.deepEqual(pushManager.how, { userVisibleOnly: true, applicationServerKey: 'BKey' });
  assert.deepEqual(told, [tokenOf(made)]);
  assert.deepEqual(await shared.load('device'), { server: 's', token: 't' });
});

test('an endpoint that a forgotten installation holds is given up for a new one', async () => {
  let made = 0;
  const ended = [];
  const subscription = (endpoint) => ({
    toJSON: () => ({ endpoint, keys: { p256dh: 'p', auth: 'a' } }),
    unsubscribe: async () => ended.push(endpoint),
  });
  const pushManager = { getSubscription: async () => null, subscribe: async () => subscription(`https://push/${++made}`) };
  const told = [];
  const phone = {
    webPushKey: 'BKey',
    setTokens: async ([token]) => {
      if (made === 1) throw Object.assign(new Error('taken'), { code: 'RV-401' });
      told.push(token.token);
    },
    forWorker: () => ({}),
  };
  await subscribe(phone, { worker: { pushManager }, memory: memory() });
  assert.deepEqual(ended, ['https://push/1']);
  assert.deepEqual(told, ['https://push/2']);
});

test('without a key nothing is asked of the user', async () => {
  await assert.rejects(subscribe({ webPushKey: undefined }, { worker: {}, memory: memory() }), TypeError);
});
