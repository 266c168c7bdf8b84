/** The packaged server, started for the tests on free ports of loopback, and its backend's side. */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { register } from '../reveille.js';
import { Network } from './network.js';

export const APP = 'com.example.page';
const LAUNCHER = fileURLToPath(new URL('../../../reveille', import.meta.url));

export class Server {
  static async start() {
    const server = new Server();
    server.folder = await mkdtemp(join(tmpdir(), 'reveille-client-'));
    server.process = spawn(
      LAUNCHER,
      ['serve', '--data', join(server.folder, 'data'), '--api-port', '0', '--device-port', '0', '--metrics-port', '0'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    server.ended = new Promise((done) => server.process.once('exit', done));
    let isReady = false;
    for await (const line of createInterface({ input: server.process.stdout })) {
      if (line.startsWith('reveille ready ')) {
        isReady = true;
        break;
      }
    }
    if (!isReady) throw new Error('the server did not start; what it said stands above');
    const client = JSON.parse(await readFile(join(server.folder, 'data', 'client.json'), 'utf8'));
    server.api = client.server;
    server.devices = client.devices;
    server.key = client.key;
    server.ca = await readFile(client.ca);
    server.backend = new Network(server.ca);
    await server.ask('PUT', `/v1/apps/${APP}`, { name: 'Page' });
    return server;
  }

  async ask(method, path, body) {
    const answer = await this.backend.fetch(new URL(path, this.api), {
      method,
      headers: { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** A code for a new user of that name. */
  async code(user) {
    await this.ask('PUT', `/v1/users/${user}`, {});
    return (await this.ask('POST', `/v1/users/${user}/codes`, { app: APP })).code;
  }

  async registered(user, network) {
    return register(this.devices, { app: APP, code: await this.code(user) }, network.fetch);
  }

  async event(user, what) {
    const event = { source: 'test', id: randomUUID(), to: [user], ...what };
    return (await this.ask('POST', '/v1/events', event)).event;
  }

  message(user, text) {
    return this.event(user, { class: 'message', conversation: 'team', content: { title: 'Bob', text } });
  }

  async ring(user) {
    const call = randomUUID();
    await this.event(user, {
      class: 'call',
      ringFor: 'PT20S',
      call: { id: call, caller: { name: 'Carol', address: 'sip:carol@example.org' } },
    });
    return call;
  }

  async marks(user, event) {
    const { entries } = await this.ask('GET', `/v1/users/${user}/inbox`);
    return entries.find((entry) => entry.event.event === event)?.marks ?? [];
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.ended;
    await rm(this.folder, { recursive: true });
  }
}

/** Waits until `question` answers something. */
export async function eventually(what, question, patience = 20_000) {
  const until = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > until) throw new Error(`${what} did not come within ${patience} ms`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
