// Opens pushes with packages that are not ours. Told: a list of {headers, body, privateKey, publicKey, auth,
// applicationServerKey}, all bytes in base64url. Says for each what `http_ece` reads, and what the service of `web-push-testing`
// reads after it has looked at the headers and the sender's signature.
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import ece from 'http_ece';
import { say, told } from './standard-input.js';

const PushApiModel = (() => {
  const module = createRequire(import.meta.url)('web-push-testing/src/PushApiModel.js');
  return module.PushApiModel ?? module;
})();

const bytes = (text) => Buffer.from(text, 'base64url');

function keyOf(push) {
  const key = crypto.createECDH('prime256v1');
  key.setPrivateKey(bytes(push.privateKey));
  return key;
}

function byEce(push) {
  const options = { version: 'aes128gcm', privateKey: keyOf(push), authSecret: push.auth };
  return ece.decrypt(bytes(push.body), options).toString();
}

async function byTestingService(push) {
  const model = new PushApiModel();
  const subscribed = await model.subscribe({ applicationServerKey: push.applicationServerKey });
  Object.assign(model.subscriptions[subscribed.clientHash], {
    subscriptionDh: keyOf(push),
    publicKey: push.publicKey,
    auth: push.auth,
  });
  const headers = {
    encoding: push.headers['content-encoding'],
    authorization: push.headers.authorization,
    ttl: push.headers.ttl,
  };
  await model.handleNotification(subscribed.clientHash, headers, bytes(push.body));
  return model.getNotifications({ clientHash: subscribed.clientHash }).messages[0];
}

const results = [];
for (const push of await told()) {
  results.push({ ece: byEce(push), testing: await byTestingService(push) });
}
say(results);
