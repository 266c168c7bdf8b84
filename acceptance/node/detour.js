import http from 'node:http';
import https from 'node:https';

/**
 * Leads every request of this process to one port on loopback, whatever host and port a library has in its code. What it
 * writes stays as it is, the Host header too.
 *
 * `wns` asks for port 443 always. `mpns` uses the module for plain HTTP also for https:, and waits for the end of an answer
 * that it never reads, so it is read here.
 *
 * @param to `port`; `servername` for TLS, absent for plain HTTP
 */
export function detour(to) {
  const transport = to.servername ? https : http;
  const original = transport.request;
  const request = (options, callback) => {
    const changed = {
      ...plain(options),
      protocol: to.servername ? 'https:' : 'http:',
      port: to.port,
      defaultPort: to.port, // so that the Host header names no port
      lookup: (_, how, done) =>
        how.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
      servername: to.servername,
    };
    return original.call(transport, changed, (answer) => {
      callback?.(answer);
      answer.resume();
    });
  };
  http.request = request;
  https.request = request;
}

/** Only what decides the request: not what `url.parse` adds. */
function plain(options) {
  return {
    host: options.hostname ?? options.host,
    method: options.method,
    path: options.path,
    headers: options.headers,
  };
}
