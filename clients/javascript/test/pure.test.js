import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../backoff.js';
import { Calls } from '../calls.js';
import { EventStreamReader, milliseconds } from '../wire.js';

test('the wait doubles up to its limit', () => {
  const waits = new Backoff({ shortest: 1_000, longest: 30_000, random: () => 0.999999 });
  assert.deepEqual(
    Array.from({ length: 7 }, () => waits.next()),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
  );
});

test('a wait lies between half of its ceiling and all of it, and is spread over that', () => {
  for (let failures = 0; failures < 60; failures++) {
    const ceiling = Math.min(60_000, 1_000 * 2 ** failures);
    const met = new Set();
    for (let i = 0; i < 50; i++) {
      const waits = new Backoff();
      for (let n = 0; n < failures; n++) waits.next();
      const wait = waits.next();
      assert.ok(wait >= ceiling / 2 && wait <= ceiling, `${wait} of ${ceiling}`);
      met.add(wait);
    }
    assert.ok(met.size > 10, `${failures}: only ${met.size} different waits`);
  }
});

test('what the server asks for is the least, and spread too', () => {
  assert.equal(new Backoff({ random: () => 0 }).next(20_000), 20_000);
  assert.equal(new Backoff({ random: () => 0.5 }).next(20_000), 22_000);
  const long = new Backoff({ random: () => 0 });
  for (let i = 0; i < 20; i++) long.next();
  assert.equal(long.next(5_000), 30_000, 'our own wait is longer');
});

test('a success makes the next wait short again', () => {
  const waits = new Backoff({ random: () => 0 });
  waits.next();
  waits.next();
  assert.equal(waits.failures, 2);
  waits.reset();
  assert.equal(waits.failures, 0);
  assert.equal(waits.next(), 500);
});

test('limits that cannot be are refused', () => {
  assert.throws(() => new Backoff({ shortest: 0 }), /longest \(60000\)/);
  assert.throws(() => new Backoff({ shortest: 5, longest: 4 }), /longest \(4\)/);
});

test('an event stream is read in whatever pieces it comes', () => {
  const text = ': ping\n\nid: 1-1\ndata: {"a":1}\n\ndata: one\r\ndata:two\r\n\r\nevent: x\n\n';
  for (let size = 1; size <= text.length; size++) {
    const reader = new EventStreamReader();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...reader.push(text.slice(at, at + size)));
    assert.deepEqual(events, ['{"a":1}', 'one\ntwo'], `pieces of ${size}`);
  }
});

test('durations are read as the server writes them', () => {
  assert.equal(milliseconds('PT2S'), 2_000);
  assert.equal(milliseconds('PT0.25S'), 250);
  assert.equal(milliseconds('PT4M50S'), 290_000);
  assert.equal(milliseconds('P1DT1H'), 90_000_000);
  for (const wrong of ['', 'P', 'PT', '5', 'P1DT', 'PT1X']) assert.throws(() => milliseconds(wrong), RangeError);
});

test('a call whose ring was not shown rings when it is told again, and once it was shown no more', async () => {
  const shown = [];
  const calls = new Calls(
    { ahead: 0 },
    async (ring) => {
      shown.push(ring.call);
      if (shown.length === 1) throw new Error('no screen');
    },
    async () => {},
  );
  const ring = { call: 'c', ringsUntil: new Date(Date.now() + 60_000).toISOString() };
  await assert.rejects(calls.rings(ring), /no screen/);
  assert.deepEqual(calls.ringing, []);
  await calls.rings(ring);
  await calls.rings(ring);
  assert.deepEqual(shown, ['c', 'c']);
  assert.deepEqual(calls.ringing, ['c']);
  calls.forgetTimers();
});
