/**
 * A phone's network in Node: `fetch` and `WebSocket` that trust the test server's authority and can
 * be broken. Both are small on purpose; the real ones are met in a browser.
 */

import { randomBytes } from 'node:crypto';
import https from 'node:https';
import { Readable } from 'node:stream';

export class Network {
  #ca;
  #sockets = new Set();
  /** While it is down nothing can be reached. */
  down = false;
  /** Lets no WebSocket through, as some proxies do. */
  withoutWebSocket = false;
  /** Called with method and path of each request. */
  requests = [];

  constructor(ca) {
    this.#ca = ca;
  }

  /** Breaks every connection. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  #request(url, options) {
    if (this.down) throw new TypeError('the network is down');
    const request = https.request(url, { ca: this.#ca, agent: false, ...options });
    request.on('socket', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    return request;
  }

  fetch = async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
    this.requests.push(`${method} ${new URL(url).pathname}`);
    const request = this.#request(url, { method, headers, signal });
    return new Promise((resolve, reject) => {
      request.on('error', reject);
      request.on('response', (answer) => {
        const hasBody = answer.statusCode !== 204;
        if (!hasBody) answer.resume();
        answer.on('error', () => {}); // the reader of the body is told
        resolve(
          new Response(hasBody ? Readable.toWeb(answer) : null, {
            status: answer.statusCode,
            headers: Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
          }),
        );
      });
      request.end(body);
    });
  };

  get WebSocket() {
    const network = this;
    return class {
      readyState = 0;
      #socket;
      #rest = Buffer.alloc(0);

      constructor(url, protocol) {
        try {
          if (network.withoutWebSocket) throw new Error('not let through');
          const request = network.#request(url.replace(/^ws/, 'http'), {
            headers: {
              Connection: 'Upgrade',
              Upgrade: 'websocket',
              'Sec-WebSocket-Version': 13,
              'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
              'Sec-WebSocket-Protocol': protocol,
            },
          });
          request.on('error', () => this.#ended(1006, ''));
          request.on('response', () => request.destroy());
          request.on('upgrade', (_, socket, head) => {
            this.#socket = socket;
            this.readyState = 1;
            socket.on('data', (data) => this.#read(data));
            socket.on('close', () => this.#ended(1006, ''));
            socket.on('error', () => {});
            this.onopen();
            this.#read(head);
          });
          request.end();
        } catch {
          setImmediate(() => this.#ended(1006, ''));
        }
      }

      #ended(code, reason) {
        if (this.readyState === 3) return;
        this.readyState = 3;
        this.#socket?.destroy();
        this.onclose({ code, reason });
      }

      #read(data) {
        this.#rest = Buffer.concat([this.#rest, data]);
        for (;;) {
          if (this.#rest.length < 2) return;
          let length = this.#rest[1] & 127;
          let at = 2;
          if (length === 126) {
            length = this.#rest.length < 4 ? Infinity : this.#rest.readUInt16BE(2);
            at = 4;
          } else if (length === 127) {
            length = this.#rest.length < 10 ? Infinity : Number(this.#rest.readBigUInt64BE(2));
            at = 10;
          }
          if (this.#rest.length < at + length) return;
          const what = this.#rest[0] & 15;
          const payload = this.#rest.subarray(at, at + length);
          this.#rest = this.#rest.subarray(at + length);
          if (what === 1) this.onmessage({ data: payload.toString() });
          if (what === 8) {
            this.#ended(payload.length >= 2 ? payload.readUInt16BE(0) : 1005, payload.subarray(2).toString());
            return;
          }
        }
      }

      send(text) {
        this.#write(1, Buffer.from(text));
      }

      close(code) {
        if (this.readyState === 1) {
          const payload = Buffer.alloc(2);
          payload.writeUInt16BE(code);
          this.#write(8, payload);
          this.#socket.end();
        }
        this.#ended(1000, '');
      }

      #write(what, payload) {
        const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
        length[0] |= 0x80;
        const head = Buffer.from([0x80 | what, ...length]);
        const mask = randomBytes(4);
        this.#socket.write(Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i & 3])]));
      }
    };
  }
}
