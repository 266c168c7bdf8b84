/**
 * The three ways to hold a live channel. Each opens one, tells what comes on it, and ends it; none
 * comes back by itself: that is the phone's decision.
 */

import { EventStreamReader, Problem } from './wire.js';

const POLL_SECONDS = 50;
const POLL_GRACE = 20_000;

/**
 * @typedef {object} Hello
 * @property {() => string | undefined} cursor the position that was processed last
 * @property {() => string} state
 * @property {() => string[]} ringing calls that are shown as ringing
 *
 * @typedef {object} Listener told what happens on the channel
 * @property {() => void} opened the server took it
 * @property {() => void} heard a sign of life
 * @property {(frame: any) => void} frame
 * @property {(why: Problem) => void} closed once; also when it never opened. Not after `close`
 *
 * @typedef {object} Channel
 * @property {(upTo: string) => void} acknowledge
 * @property {(events: string[]) => void} acknowledgeEvents
 * @property {(state: string) => void} state
 * @property {() => void} close
 *
 * @typedef {(wire: import('./wire.js').Wire, hello: Hello, listener: Listener, webSocket: any) => Channel} Opening
 */

/** Tells an end once, and nothing after it. @param {Listener} listener */
function once(listener) {
  let over = false;
  return {
    isOver: () => over,
    end() {
      over = true;
    },
    /** @param {unknown} why */
    closed(why) {
      if (over) return;
      over = true;
      listener.closed(why instanceof Problem ? why : new Problem(0, { title: String(why) }));
    },
    /** @param {any} frame */
    frame(frame) {
      if (!over) listener.frame(frame);
    },
  };
}

/** @param {string} text @returns {any} a frame, or `undefined` for what is none */
function parsed(text) {
  try {
    const frame = JSON.parse(text);
    return typeof frame === 'object' && frame !== null ? frame : undefined;
  } catch {
    return undefined;
  }
}

/** A WebSocket, opened with a ticket: a browser lets no page set its headers. @type {Opening} */
export function socket(wire, hello, listener, WebSocket) {
  const tell = once(listener);
  const ending = new AbortController();
  /** @type {any} */
  let ws;
  const send = (/** @type {object} */ frame) => {
    if (ws?.readyState === 1) ws.send(JSON.stringify(frame));
  };
  const open = async () => {
    const { ticket } = await wire.ask('POST', '/tickets', undefined, { signal: ending.signal });
    if (tell.isOver()) return;
    const url = wire.url(`/live?ticket=${encodeURIComponent(ticket)}`);
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    ws = new WebSocket(url.href, 'reveille.v1');
    ws.onopen = () => {
      send({ frame: 'hello', state: hello.state(), cursor: hello.cursor() });
    };
    ws.onmessage = (/** @type {{data: unknown}} */ message) => {
      listener.heard();
      const frame = parsed(String(message.data));
      if (frame?.frame === 'welcome') listener.opened();
      if (frame?.frame === 'ping') send({ frame: 'pong' });
      else if (frame) tell.frame(frame);
    };
    ws.onclose = (/** @type {{code: number, reason: string}} */ { code, reason }) => {
      const ours = code >= 4_000 && code < 5_000;
      tell.closed(
        new Problem(0, {
          title: reason || `The WebSocket was closed (${code}).`,
          code: ours ? `RV-${String(code - 4_000).padStart(3, '0')}` : '',
        }),
      );
    };
  };
  open().catch(tell.closed);
  return {
    acknowledge: (upTo) => send({ frame: 'ack', upTo }),
    acknowledgeEvents: (events) => send({ frame: 'ack', events }),
    state: (state) => send({ frame: 'state', state }),
    close() {
      tell.end();
      ending.abort();
      ws?.close(1000);
    },
  };
}

/**
 * What the two ways of plain HTTP have in common: they acknowledge and tell the state by requests
 * of their own. One that fails is not repeated: what was not acknowledged comes again.
 *
 * @param {import('./wire.js').Wire} wire
 */
function byRequests(wire) {
  const quietly = (/** @type {string} */ path, /** @type {object} */ body) => {
    wire.ask('POST', path, body).catch(() => {});
  };
  return {
    acknowledge: (/** @type {string} */ upTo) => quietly('/ack', { upTo }),
    acknowledgeEvents: (/** @type {string[]} */ events) => quietly('/ack', { events }),
    state: (/** @type {string} */ state) => quietly('/state', { state }),
  };
}

/** @param {Hello} hello @param {Record<string, string>} more */
function query(hello, more = {}) {
  const parameters = new URLSearchParams({ ...more, state: hello.state(), ringing: hello.ringing().join(',') });
  const cursor = hello.cursor();
  if (cursor) parameters.set('cursor', cursor);
  return parameters;
}

/** An event stream by `fetch`, so that the token travels in a header. @type {Opening} */
export function stream(wire, hello, listener) {
  const tell = once(listener);
  const ending = new AbortController();
  const read = async () => {
    const answer = await wire.open('GET', `/live?${query(hello)}`, {
      accept: 'text/event-stream',
      signal: ending.signal,
    });
    const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
    const text = new TextDecoder();
    const events = new EventStreamReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) throw new Problem(0, { title: 'The event stream ended.' });
      listener.heard();
      for (const frame of events.push(text.decode(value, { stream: true })).map(parsed)) {
        if (frame?.frame === 'welcome') listener.opened();
        if (frame?.frame === 'error' && frame.of === 'live') throw new Problem(0, frame);
        if (frame) tell.frame(frame);
      }
    }
  };
  read().catch((why) => {
    ending.abort();
    tell.closed(why);
  });
  return {
    ...byRequests(wire),
    close() {
      tell.end();
      ending.abort();
    },
  };
}

/** Requests that the server holds, one after the other. @type {Opening} */
export function poll(wire, hello, listener) {
  const tell = once(listener);
  const ending = new AbortController();
  let position = hello.cursor();
  const asking = { ...hello, cursor: () => position };
  const read = async () => {
    for (let wait = 0; !tell.isOver(); wait = POLL_SECONDS) {
      const { frames, cursor } = await wire.ask(
        'GET',
        `/poll?${query(asking, { wait: String(wait) })}`,
        undefined,
        { signal: ending.signal, patience: wait * 1_000 + POLL_GRACE },
      );
      listener.heard();
      if (wait === 0) listener.opened();
      frames.forEach(tell.frame);
      // the next request acknowledges: it waits until all of this was processed
      await new Promise((done) => tell.frame({ frame: 'processed', done }));
      position = cursor;
      if (wait === 0) tell.frame({ frame: 'caught-up', position });
    }
  };
  read().catch(tell.closed);
  return {
    ...byRequests(wire),
    acknowledge() {}, // the next poll's cursor does
    close() {
      tell.end();
      ending.abort();
    },
  };
}
