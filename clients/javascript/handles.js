/**
 * Handles of a clearing house: the app proves there that a push token is its own, and registers
 * with the handle at its user's server, which never sees the token.
 *
 * ```js
 * const handle = await registerHandle({
 *   clearingHouse: 'https://push.example:9443', domain: 'push.example',
 *   app: 'com.example.phone', partner: 'contoso.example', code,
 *   token: { service: 'fcm', channel: 'single', token: await getToken() },
 *   challenge: () => nextPush('reveille:handle-challenge').then((envelope) => envelope.id),
 * });
 * keep(handle);                          // its secret is shown this once
 * await phone.setTokens([asToken(handle)]);
 * ```
 */

import { Wire } from './wire.js';

/**
 * @typedef {object} Handle what the app keeps
 * @property {string} clearingHouse the clearing house's device listener
 * @property {string} domain of the clearing house
 * @property {string} handle
 * @property {string} secret with which the token is replaced and the handle ended
 * @property {string} service
 * @property {string} channel
 *
 * @typedef {object} Claim
 * @property {string} clearingHouse such as `https://push.example:9443`
 * @property {string} domain of the clearing house, as the user's server knows it
 * @property {string} app
 * @property {string} partner the domain of the user's server
 * @property {{service: string, channel: string, token: string}} token as `tokens` of a registration
 *   has it, with what else belongs to it
 * @property {string} [code] of the partner's; or `statement`
 * @property {string} [statement] signed by the app's backend
 * @property {() => Promise<string>} challenge the `id` of the next push's envelope whose type is
 *   `reveille:handle-challenge`; asked before the claim is sent, so that no push comes too early
 * @property {typeof globalThis.fetch} [fetch]
 */

/**
 * Claims a handle and confirms it. The same token, app and partner get the same handle again, with
 * a new secret.
 *
 * @param {Claim} claim
 * @returns {Promise<Handle>}
 */
export async function registerHandle({ clearingHouse, domain, app, partner, token, code, statement, challenge, fetch }) {
  const wire = new Wire(clearingHouse, undefined, fetch);
  const { handle, secret } = await proven(wire, challenge, () =>
    wire.ask('POST', '/handles', { app, partner, token, ...(code ? { code } : { statement }) }),
  );
  return { clearingHouse, domain, handle, secret, service: token.service, channel: token.channel };
}

/**
 * Puts another token beneath a handle: nothing has to be told to the user's server.
 *
 * @param {Handle} own
 * @param {Pick<Claim, 'token' | 'challenge' | 'fetch'>} change
 */
export async function replaceToken(own, { token, challenge, fetch }) {
  const wire = new Wire(own.clearingHouse, own.secret, fetch);
  await proven(wire, challenge, () => wire.ask('PUT', path(own), { token }));
}

/** How a handle stands: `active`, `revoked` or `dead`. @param {Handle} own @param {typeof globalThis.fetch} [fetch] */
export function showHandle(own, fetch) {
  return new Wire(own.clearingHouse, own.secret, fetch).ask('GET', path(own));
}

/** Ends a handle. @param {Handle} own @param {typeof globalThis.fetch} [fetch] */
export async function endHandle(own, fetch) {
  await new Wire(own.clearingHouse, own.secret, fetch).ask('DELETE', path(own));
}

/** The handle as `tokens` of a registration has it. @param {Handle} own */
export function asToken({ service, channel, handle, domain }) {
  return { service, channel, handle, clearingHouse: domain };
}

/** @param {Handle} own */
const path = (own) => `/handles/${own.handle}`;

/** @param {Wire} wire @param {() => Promise<string>} challenge @param {() => Promise<any>} claim */
async function proven(wire, challenge, claim) {
  const word = challenge();
  word.catch(() => {}); // told below, or not at all where the claim failed
  const { handle } = await claim();
  return wire.ask('POST', `/handles/${handle}/confirmation`, { challenge: await word });
}
