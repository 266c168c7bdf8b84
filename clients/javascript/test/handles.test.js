import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asToken, endHandle, registerHandle, replaceToken, showHandle } from '../handles.js';

/** A clearing house that answers what it is told to, and writes down what it was asked. */
function house(answers) {
  const asked = [];
  const fetch = async (url, { method, headers, body }) => {
    const what = `${method} ${new URL(url).pathname}`;
    asked.push({
      what,
      secret: new Headers(headers).get('authorization'),
      body: body === undefined ? undefined : JSON.parse(body),
    });
    const [status, answer] = answers[what] ?? [404, { code: 'RV-411' }];
    return new Response(answer === undefined ? null : JSON.stringify(answer), { status });
  };
  return { asked, fetch };
}

const CLAIM = {
  clearingHouse: 'https://push.example:9443',
  domain: 'push.example',
  app: 'com.example.phone',
  partner: 'contoso.example',
  token: { service: 'fcm', channel: 'single', token: 't' },
};
const OWN = { ...CLAIM, handle: 'H', secret: 'rh_s', service: 'fcm', channel: 'single' };

test('a handle is claimed, confirmed with the word of the push, and stands where a token stood', async () => {
  const { asked, fetch } = house({
    'POST /device/v1/handles': [202, { handle: 'new', state: 'pending', confirmBefore: '' }],
    'POST /device/v1/handles/new/confirmation': [200, { handle: 'H', state: 'active', secret: 'rh_s' }],
  });
  const order = [];
  const handle = await registerHandle({
    ...CLAIM,
    code: 'rp_c',
    fetch,
    challenge: async () => (order.push(asked.length), 'the word'),
  });
  assert.deepEqual(order, [0], 'it listens before the claim is sent');
  assert.deepEqual(asked[0].body, {
    app: CLAIM.app,
    partner: CLAIM.partner,
    token: CLAIM.token,
    code: 'rp_c',
  });
  assert.deepEqual(asked[1].body, { challenge: 'the word' });
  assert.equal(handle.handle, 'H', 'the one that counts is that of the confirmation');
  assert.equal(handle.secret, 'rh_s');
  assert.deepEqual(asToken(handle), {
    service: 'fcm',
    channel: 'single',
    handle: 'H',
    clearingHouse: 'push.example',
  });
});

test('a claim that is refused says why, and its challenge bothers nothing', async () => {
  const { fetch } = house({ 'POST /device/v1/handles': [403, { code: 'RV-409', title: 'No.' }] });
  const claim = registerHandle({
    ...CLAIM,
    statement: 'jwt',
    fetch,
    challenge: () => Promise.reject(new Error('no push came')),
  });
  await assert.rejects(claim, (why) => why.code === 'RV-409');
});

test('with its secret the token is replaced, and the handle shown and ended', async () => {
  const { asked, fetch } = house({
    'PUT /device/v1/handles/H': [202, { handle: 'H', state: 'active', confirmBefore: '' }],
    'POST /device/v1/handles/H/confirmation': [200, { handle: 'H', state: 'active' }],
    'GET /device/v1/handles/H': [200, { handle: 'H', state: 'dead', code: 'RV-203' }],
    'DELETE /device/v1/handles/H': [204],
  });
  const token = { service: 'fcm', channel: 'single', token: 'other' };
  await replaceToken(OWN, { token, fetch, challenge: async () => 'word' });
  assert.deepEqual(asked[0].body, { token });
  assert.equal((await showHandle(OWN, fetch)).state, 'dead');
  await endHandle(OWN, fetch);
  assert.equal(asked.at(-1).what, 'DELETE /device/v1/handles/H');
  assert.ok(asked.filter((one) => one.what !== 'POST /device/v1/handles/H/confirmation').every((one) => one.secret === 'Bearer rh_s'));
});
