// Sends with `wns` and `mpns` to a simulator. Told: port, servername, identity, wns, mpns (channel URIs). Says what each
// package makes of the answers.
import { detour } from './detour.js';
import { overMpns, overWns, texts } from './notifications.js';
import { say, told } from './standard-input.js';

const { port, servername, identity, wns, mpns } = await told();
detour({ port, servername });
const result = { texts, wns: {}, mpns: {} };
for (const [type, send] of Object.entries(overWns(wns, identity))) {
  result.wns[type] = await send();
}
for (const [type, send] of Object.entries(overMpns(mpns))) {
  result.mpns[type] = await send();
}
say(result);
