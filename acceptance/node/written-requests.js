// Prints, line by line as they leave, the requests that `wns` and `mpns` write for the notifications in notifications.js:
// what a sender of these services is compared with. Recorded in src/test/resources/recorded/microsoft-requests.json.
import http from 'node:http';
import { detour } from './detour.js';
import { overMpns, overWns, texts } from './notifications.js';
import { say } from './standard-input.js';

const WNS = 'https://sim.notify.windows.com/?token=AgUAtoken%3d';
const MPNS = 'http://sim.notify.live.net/throttledthirdparty/01.00/AgUAtoken';
const IDENTITY = { client_id: 'ms-app://s-1-15-2-17', client_secret: 'secret+/=' };

let written = [];
const server = http.createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const lines = [];
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      lines.push([request.rawHeaders[at], request.rawHeaders[at + 1]]);
    }
    written.push({ method: request.method, target: request.url, headers: lines, body: Buffer.concat(pieces).toString() });
    const token = request.url === '/accesstoken.srf';
    response.writeHead(200, token ? {} : { 'X-WNS-NotificationStatus': 'received', 'X-NotificationStatus': 'Received' });
    response.end(token ? '{"token_type":"bearer","access_token":"token"}' : '');
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
detour({ port: server.address().port });

const all = { texts, token: null, wns: {}, mpns: {} };
for (const [type, send] of Object.entries(overWns(WNS, IDENTITY))) {
  written = [];
  await send();
  [all.token, all.wns[type]] = written;
}
for (const [type, send] of Object.entries(overMpns(MPNS))) {
  written = [];
  await send();
  [all.mpns[type]] = written;
}
server.close();
server.closeAllConnections();
say(all);
