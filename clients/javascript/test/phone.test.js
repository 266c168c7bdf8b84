import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Backoff, Phone, Problem } from '../reveille.js';
import { eventually, Server } from './server.js';
import { Network } from './network.js';

/** @type {Server} */
let server;
const phones = [];

before(async () => {
  server = await Server.start();
});

after(async () => {
  phones.forEach((phone) => phone.close());
  await server?.stop();
});

/** A phone that writes down what it is told. */
async function phone(user, { saved, ...options } = {}) {
  const network = new Network(server.ca);
  const own = saved ?? (await server.registered(user, network));
  const memory = { load: () => own, save: (what) => (memory.saved = what && { ...what }) };
  const it = new Phone({
    server: server.devices,
    memory,
    fetch: network.fetch,
    WebSocket: network.WebSocket,
    backoff: new Backoff({ shortest: 20, longest: 100 }),
    ...options,
  });
  const told = [];
  for (const what of ['ring', 'ring-over', 'message', 'alert', 'silent', 'change', 'gap', 'unread', 'status']) {
    it.on(what, (frame) => void told.push({ what, frame }));
  }
  for (const what of ['signed-out', 'replaced', 'error']) it.on(what, (frame) => void told.push({ what, frame }));
  phones.push(it);
  return {
    it,
    network,
    memory,
    told,
    all: (what) => told.filter((one) => one.what === what).map((one) => one.frame),
    next: (what, which = () => true) =>
      eventually(`${user}: ${what}`, () => told.find((one) => one.what === what && which(one.frame))?.frame),
    async open() {
      const from = told.length;
      it.connect();
      await eventually(`${user}: caught up`, () =>
        told.slice(from).some(({ what, frame }) => what === 'status' && frame.status === 'caught-up'),
      );
      return this;
    },
  };
}

const presence = async (user) => (await server.ask('GET', `/v1/users/${user}/presence`)).presence;

for (const transport of ['websocket', 'stream', 'poll']) {
  test(`${transport}: a message is told once and acknowledged`, async () => {
    const anna = await (await phone(`told-${transport}`, { transports: [transport] })).open();
    const event = await server.message(`told-${transport}`, 'Hello');
    const entry = await anna.next('message');
    assert.equal(entry.event, event);
    assert.equal(entry.content.text, 'Hello');
    await eventually('its acknowledgement', async () =>
      (await server.marks(`told-${transport}`, event)).includes('received'),
    );
    assert.equal(anna.it.transport, transport);
    assert.equal(anna.it.cursor, entry.position);
    assert.equal(anna.memory.saved.cursor, entry.position);
  });

  test(`${transport}: a call rings, is answered, and is over elsewhere`, async () => {
    const user = `call-${transport}`;
    const one = await (await phone(user, { transports: [transport] })).open();
    const two = await (await phone(user, { transports: [transport] })).open();
    const call = await server.ring(user);
    const ring = await one.next('ring');
    assert.equal(ring.call, call);
    assert.equal(ring.caller.name, 'Carol');
    await two.next('ring');
    const now = await one.it.answer(call);
    assert.equal(now.state, 'over');
    assert.equal(now.on, one.it.installation);
    assert.deepEqual(await two.next('ring-over'), {
      call, how: 'answered', by: user, on: one.it.installation, where: undefined,
    });
    await assert.rejects(two.it.answer(call), (why) => why instanceof Problem && why.code === 'RV-701');
    assert.equal(one.all('ring').length, 1);
    assert.equal(one.all('ring-over').length, 1);
    assert.deepEqual(one.it.ringing, []);
  });

  test(`${transport}: what came while the network was down comes afterwards, once`, async () => {
    const user = `resume-${transport}`;
    const anna = await (await phone(user, { transports: [transport] })).open();
    await server.message(user, '1');
    await anna.next('message');
    anna.network.down = true;
    anna.network.cut();
    await anna.next('status', ({ status }) => status === 'waiting');
    await server.message(user, '2');
    await server.message(user, '3');
    anna.network.down = false;
    await anna.next('message', ({ content }) => content.text === '3');
    assert.deepEqual(anna.all('message').map(({ content }) => content.text), ['1', '2', '3']);
    assert.equal(anna.it.transport, transport);
  });
}

test('a phone that comes back with its memory goes on where it was', async () => {
  const anna = await (await phone('memory')).open();
  await server.message('memory', 'before');
  await anna.next('message');
  const { saved } = anna.memory;
  anna.it.close();
  await server.message('memory', 'after');
  const again = await (await phone('memory', { saved })).open();
  assert.deepEqual(again.all('message').map(({ content }) => content.text), ['after']);
});

test('a position of another store is a gap, and nothing is told twice', async () => {
  const anna = await (await phone('gap')).open();
  await server.message('gap', '1');
  await anna.next('message');
  const again = await (await phone('gap', { saved: { ...anna.memory.saved, cursor: '1-1' } })).open();
  assert.equal(again.all('gap')[0].asked, '1-1');
  await again.next('message', ({ content }) => content.text === '1');
  assert.equal(again.all('message').length, 1);
});

test('an entry whose listener fails is not acknowledged and comes again', async () => {
  const anna = await phone('faulty');
  let failures = 0;
  anna.it.on('message', () => {
    if (failures++ === 0) throw new Error('the disk is full');
  });
  await anna.open();
  await server.message('faulty', 'Hello');
  await eventually('the second try', () => failures === 2);
  assert.match(anna.all('status').find(({ status }) => status === 'waiting').why.message, /disk is full/);
});

test('where no WebSocket comes through, the event stream takes over', async () => {
  const anna = await phone('blocked');
  anna.network.withoutWebSocket = true;
  await anna.open();
  assert.equal(anna.it.transport, 'stream');
  await server.message('blocked', 'Hello');
  await anna.next('message');
});

test('a network that is down altogether says nothing about the ways', async () => {
  const anna = await phone('down');
  anna.network.down = true;
  anna.it.connect();
  await eventually('five tries', () => anna.all('status').filter(({ status }) => status === 'waiting').length >= 5);
  anna.network.down = false;
  await anna.next('status', ({ status }) => status === 'caught-up');
  assert.equal(anna.it.transport, 'websocket');
});

test('the app says whether it is looked at', async () => {
  const anna = await (await phone('state')).open();
  await eventually('available', async () => (await presence('state')) === 'available');
  anna.it.setState('background');
  await eventually('away', async () => (await presence('state')) === 'away');
  await server.message('state', 'held back');
  anna.it.setState('foreground');
  await anna.next('message');
});

test('receipts reach the server, also those of a time without a network', async () => {
  const anna = await (await phone('receipts')).open();
  const event = await server.message('receipts', 'Hello');
  await anna.next('message');
  anna.network.down = true;
  anna.network.cut();
  anna.it.mark('shown', event);
  await anna.next('status', ({ status }) => status === 'waiting');
  anna.network.down = false;
  await eventually('shown', async () => (await server.marks('receipts', event)).includes('shown'));
  anna.it.mark('read', event);
  await eventually('read', async () => (await server.marks('receipts', event)).includes('read'));
});

test('one receipt of a stranger does not take the others along', async () => {
  const anna = await (await phone('strange')).open();
  const event = await server.message('strange', 'Hello');
  await anna.next('message');
  const foreign = await server.message('state', 'not yours');
  anna.it.mark('shown', foreign, event);
  await eventually('shown', async () => (await server.marks('strange', event)).includes('shown'));
  assert.equal((await anna.next('error')).code, 'RV-109');
});

test('the badge counts what is unread', async () => {
  const anna = await (await phone('badge')).open();
  await server.message('badge', '1');
  const last = await server.message('badge', '2');
  await anna.next('unread', (unread) => unread === 2);
  assert.equal(await anna.it.unread(), 2);
  await anna.it.read('team', last);
  await eventually('nothing unread', () => anna.all('unread').at(-1) === 0);
});

test('a call declined here rings on elsewhere', async () => {
  const one = await (await phone('decline')).open();
  const two = await (await phone('decline')).open();
  const call = await server.ring('decline');
  await one.next('ring');
  await two.next('ring');
  const now = await one.it.decline(call, { everywhere: false });
  assert.notEqual(now.how, 'answered');
  await one.next('ring-over', ({ how }) => how === 'declined');
  assert.deepEqual(two.it.ringing, [call]);
  await two.it.decline(call);
  await two.next('ring-over', ({ how }) => how === 'declined');
  assert.equal((await server.ask('GET', `/v1/calls/${call}`)).end.how, 'declined');
});

test('a call that ended while the network was down is over when it is back', async () => {
  const anna = await (await phone('missed')).open();
  const call = await server.ring('missed');
  await anna.next('ring');
  anna.network.down = true;
  anna.network.cut();
  await anna.next('status', ({ status }) => status === 'waiting');
  await server.ask('POST', `/v1/calls/${call}/cancel`);
  anna.network.down = false;
  assert.equal((await anna.next('ring-over')).how, 'cancelled');
  assert.equal(anna.all('ring').length, 1);
});

test('a push and the live channel ring once together', async () => {
  const anna = await (await phone('push')).open();
  const call = await server.ring('push');
  const { event } = await anna.next('ring');
  await anna.it.pushed({ v: 1, id: event, class: 'call', call, expires: 0 });
  assert.equal(anna.all('ring').length, 1);
  await server.ask('POST', `/v1/calls/${call}/cancel`);
  await anna.next('ring-over');
  await anna.it.pushed({ v: 1, id: event, class: 'call', call, expires: 0 });
  assert.equal(anna.all('ring').length, 1, 'a call that is over never rings again');
});

test('changes and silent entries are told and acknowledged', async () => {
  const anna = await (await phone('hints')).open();
  await server.event('hints', { class: 'change', folders: ['INBOX'] });
  assert.deepEqual((await anna.next('change')).folders, ['INBOX']);
  const silent = await server.event('hints', { class: 'silent', content: { data: { k: 'v' } } });
  assert.equal((await anna.next('silent')).content.data.k, 'v');
  await eventually('its acknowledgement', async () => {
    const { devices } = await server.ask('GET', `/v1/events/${silent}/trail`);
    return devices[0]?.acknowledgedAt;
  });
});

test('a second window of one installation replaces the first, which stays away', async () => {
  const one = await (await phone('twice')).open();
  const two = await (await phone('twice', { saved: one.memory.load() })).open();
  await one.next('replaced');
  await server.message('twice', 'to the newer one');
  await two.next('message');
  assert.equal(one.it.isOpen, false);
  assert.equal(one.all('message').length, 0);
});

test('who is signed out by the operator is told, and forgets', async () => {
  const anna = await (await phone('gone')).open();
  await server.ask('DELETE', `/v1/installations/${anna.it.installation}`);
  await anna.next('signed-out');
  assert.equal(anna.memory.saved, undefined);
});

test('a device token is renewed and goes on working', async () => {
  const anna = await (await phone('renew')).open();
  await anna.it.renewToken();
  await anna.it.change({ locale: 'de-AT' });
  await anna.it.setTokens([]);
  const again = await (await phone('renew', { saved: anna.memory.saved })).open();
  await again.it.signOut();
  await assert.rejects(again.it.unread(), (why) => why.code === 'RV-404');
});

test('an installation registers once and is remembered', async () => {
  const network = new Network(server.ca);
  let kept;
  const memory = { load: () => kept, save: (saved) => (kept = saved) };
  const options = {
    server: server.devices, app: 'com.example.page', memory, fetch: network.fetch, WebSocket: network.WebSocket,
    code: () => server.code('once'),
  };
  const first = await Phone.open(options);
  const second = await Phone.open(options);
  assert.equal(first.installation, second.installation);
  assert.equal(network.requests.filter((one) => one === 'POST /device/v1/installations').length, 1);
  assert.equal(first.user, 'once');
});
