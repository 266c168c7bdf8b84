// The push server that one would write: takes events by HTTPS and pushes at once, with @parse/node-apn to
// Apple and with web-push to browsers. Users and their devices are in memory; nothing is kept.
//
// node server.js SETTINGS: a JSON file with
//   {"key": ..., "certificate": ..., "devices": FILE,
//    "apns": {"address": ..., "port": ..., "ca": FILE, "key": FILE, "keyId": ..., "teamId": ..., "topic": ...}}
// and the devices, a JSON object: user -> {"apns": token} or {"webpush": {"endpoint": ..., "keys": {...}}}.
// Says `ready PORT`. Certificates of push services that are not public: NODE_EXTRA_CA_CERTS.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import apn from '@parse/node-apn';
import express from 'express';
import webPush from 'web-push';

const read = (file) => readFileSync(file, 'utf8');
const settings = JSON.parse(read(process.argv[2]));
const devices = new Map(Object.entries(JSON.parse(read(settings.devices))));

const apple = new apn.Provider({
  token: { key: settings.apns.key, keyId: settings.apns.keyId, teamId: settings.apns.teamId },
  address: settings.apns.address,
  port: settings.apns.port,
  ca: settings.apns.ca,
});

const vapid = webPush.generateVAPIDKeys();
webPush.setVapidDetails('mailto:bench@example.org', vapid.publicKey, vapid.privateKey);

const TTL = 86_400;

function envelope(event) {
  return { v: 1, id: event.id, class: event.class, source: event.source, conversation: event.conversation };
}

async function toApple(event, token) {
  const note = new apn.Notification();
  note.topic = settings.apns.topic;
  note.pushType = 'alert';
  note.priority = 10;
  note.expiry = Math.floor(Date.now() / 1000) + TTL;
  note.alert = { title: event.content.title, body: event.content.text };
  note.badge = 1;
  note.threadId = event.conversation;
  note.payload = { reveille: envelope(event) };
  const { failed } = await apple.send(note, token);
  if (failed.length > 0) {
    throw new Error(JSON.stringify(failed[0]));
  }
}

async function toBrowser(event, subscription) {
  const payload = {
    ...envelope(event),
    show: { title: event.content.title, body: event.content.text, tag: event.conversation },
  };
  await webPush.sendNotification(subscription, JSON.stringify(payload), {
    TTL,
    urgency: 'normal',
    topic: event.conversation,
  });
}

const app = express();
app.disable('x-powered-by');
app.post('/v1/events', express.json(), async (request, response) => {
  const event = request.body;
  await Promise.all(
    event.to.map((user) => {
      const device = devices.get(user);
      return device.apns ? toApple(event, device.apns) : toBrowser(event, device.webpush);
    }),
  );
  response.status(202).json({ status: 'sent' });
});

const server = https.createServer({ key: read(settings.key), cert: read(settings.certificate) }, app);
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`));
