// Uses hubs of namespaces with host names of their own with `@azure/notification-hubs`. Told: hub, token (of an iPhone), mine (a
// connection string), theirs (the other namespace's, with its own key), foreign (this namespace's host with the other's key).
// All hosts lead to loopback; certificates are checked. Says the result of each step, or its error.
import dns from 'node:dns';
import {
  NotificationHubsClient,
  createAppleNotification,
  createAppleRegistrationDescription,
} from '@azure/notification-hubs';
import { say, told } from './standard-input.js';

dns.lookup = (_, how, done) =>
  how.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

const { hub, token, mine, theirs, foreign } = await told();
const alert = createAppleNotification({ body: JSON.stringify({ aps: { alert: 'Hello' } }), headers: { 'apns-push-type': 'alert' } });
const results = {};

/** One step: its result, or what its caller would see. */
async function step(name, work) {
  try {
    results[name] = (await work()) ?? {};
  } catch (error) {
    results[name] = { failed: error.statusCode ?? 0, message: String(error.message) };
  }
  return results[name];
}

async function count(client) {
  let found = 0;
  for await (const _ of client.listRegistrations()) {
    found += 1;
  }
  return { found };
}

const own = new NotificationHubsClient(mine, hub);
const made = await step('create', () =>
  own.createRegistration(createAppleRegistrationDescription({ deviceToken: token, tags: ['news'] })));
await step('count', () => count(own));
await step('countOfOther', () => count(new NotificationHubsClient(theirs, hub)));
const sent = await step('send', () => own.sendNotification(alert, { tagExpression: 'news' }));
await step('outcome', async () => {
  for (;;) {
    const details = await own.getNotificationOutcomeDetails(sent.notificationId);
    if (!['Enqueued', 'Processing', 'Unknown'].includes(details.state)) {
      return details;
    }
    await new Promise((go) => setTimeout(go, 50));
  }
});
await step('elsewhere', () => new NotificationHubsClient(theirs, hub).getRegistration(made.registrationId));
await step('foreign', () => count(new NotificationHubsClient(foreign, hub)));
say(results);
