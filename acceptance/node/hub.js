// Uses a notification hub with `@azure/notification-hubs`. Told: connectionString, hub, token (of an iPhone), other (of another one),
// droid (a token of Google's), channel (a URI of Microsoft's).
// Says the result of each step, or its error.
import {
  NotificationHubsClient,
  createAppleInstallation,
  createAppleNotification,
  createAppleRegistrationDescription,
  createAppleTemplateRegistrationDescription,
  createFcmV1Installation,
  createTemplateNotification,
  createWindowsTemplateRegistrationDescription,
} from '@azure/notification-hubs';
import { say, told } from './standard-input.js';

const { connectionString, listenOnly, hub, token, other, droid, channel } = await told();
const client = new NotificationHubsClient(connectionString, hub);
const alert = createAppleNotification({
  body: JSON.stringify({ aps: { alert: 'Hello' } }),
  headers: { 'apns-priority': '10', 'apns-push-type': 'alert' },
});
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

async function all(pages) {
  const found = [];
  for await (const one of pages) {
    found.push(one);
  }
  return found;
}

/** What became of a notification, once so many of its targets are settled: one may have to be tried again. */
async function outcome(id, targets) {
  for (;;) {
    const details = await client.getNotificationOutcomeDetails(id);
    const counts = [details.apnsOutcomeCounts, details.fcmV1OutcomeCounts, details.wnsOutcomeCounts].flat();
    const settled = counts.reduce((sum, one) => sum + (one?.count ?? 0), 0);
    if (settled >= targets && !['Enqueued', 'Processing', 'Unknown'].includes(details.state)) {
      return details;
    }
    await new Promise((go) => setTimeout(go, 50));
  }
}

await step('newId', async () => ({ id: await client.createRegistrationId() }));
const made = await step('create', () =>
  client.createRegistration(createAppleRegistrationDescription({ deviceToken: token, tags: ['news', 'a'] })));
await step('get', () => client.getRegistration(made.registrationId));
await step('update', () => client.updateRegistration({ ...made, tags: ['news', 'b'] }));
await step('stale', () => client.updateRegistration({ ...made, tags: ['news', 'c'] }));
await step('upsert', () =>
  client.createOrUpdateRegistration(
    createAppleRegistrationDescription({ registrationId: results.newId.id, deviceToken: other, tags: ['sports'] })));
await step('list', async () => ({ found: await all(client.listRegistrations()) }));
await step('byTag', async () => ({ found: await all(client.listRegistrationsByTag('NEWS')) }));
await step('byChannel', async () => ({
  found: await all(client.listRegistrationsByChannel({ kind: 'apple', deviceToken: token })),
}));

await step('putInstallation', () =>
  client.createOrUpdateInstallation(
    createAppleInstallation({ installationId: 'phone', pushChannel: other, tags: ['weather'], userId: 'anna' })));
await step('patchInstallation', () =>
  client.updateInstallation('phone', [{ op: 'add', path: '/tags', value: 'storms' }]));
await step('badPatch', () => client.updateInstallation('phone', [{ op: 'add', path: '/colour', value: 'red' }]));
await step('getInstallation', () => client.getInstallation('phone'));

const sent = await step('send', () => client.sendNotification(alert, { tagExpression: 'news && !a' }));
await step('outcome', () => outcome(sent.notificationId, 1));
await step('toUser', () => client.sendNotification(alert, { tagExpression: '$UserId:{anna}' }));
await step('toUserOutcome', () => outcome(results.toUser.notificationId, 1));
await step('direct', () => client.sendNotification(alert, { deviceHandle: token }));
await step('directOutcome', () => outcome(results.direct.notificationId, 1));
await step('batch', () => client.sendNotification(alert, { deviceHandle: [token, other] }));
await step('batchOutcome', () => outcome(results.batch.notificationId, 2));
await step('test', () => client.sendNotification(alert, { tagExpression: 'news', enableTestSend: true }));
await step('broadcast', () => client.sendBroadcastNotification(alert));
await step('broadcastOutcome', () => outcome(results.broadcast.notificationId, 3));
await step('schedule', () =>
  client.scheduleBroadcastNotification(new Date(Date.now() + 3_600_000), alert));
await step('scheduled', () => client.getNotificationOutcomeDetails(results.schedule.notificationId));
await step('cancel', () => client.cancelScheduledNotification(results.schedule.notificationId));
await step('cancelled', () => client.getNotificationOutcomeDetails(results.schedule.notificationId));
await step('badTags', () => client.sendNotification(alert, { tagExpression: 'a && (b' }));
await step('withoutRight', () =>
  new NotificationHubsClient(listenOnly, hub).sendNotification(alert, { tagExpression: 'news' }));

await step('deleteInstallation', () => client.deleteInstallation('phone'));
await step('getDeleted', () => client.getInstallation('phone'));
await step('delete', () => client.deleteRegistration(made.registrationId));

// templates: the hub says the same to phones of three kinds, each in its own words
const goal = createTemplateNotification({ body: { text: 'Goal "3:1" <home>', who: 'Zoë' } });
const appleTemplate = await step('appleTemplate', () =>
  client.createRegistration(
    createAppleTemplateRegistrationDescription({
      deviceToken: token,
      tags: ['goals'],
      bodyTemplate: JSON.stringify({ aps: { alert: "{$(text) + ', ' + $(who)}" } }),
      templateName: 'scores',
      expiry: new Date(Date.UTC(2999, 0, 1)),
      apnsHeaders: { 'apns-push-type': 'alert', 'apns-priority': '5' },
    })));
await step('getTemplate', () => client.getRegistration(appleTemplate.registrationId));
await step('fcmTemplate', () =>
  client.createOrUpdateInstallation(
    createFcmV1Installation({
      installationId: 'droid',
      pushChannel: droid,
      tags: ['android'],
      templates: {
        goals: { body: JSON.stringify({ message: { data: { goal: '$(text)' } } }), tags: ['goals'] },
        others: { body: JSON.stringify({ message: { data: { other: '$(text)' } } }), tags: ['others'] },
      },
    })));
await step('windowsTemplate', () =>
  client.createRegistration(
    createWindowsTemplateRegistrationDescription({
      channelUri: channel,
      tags: ['goals'],
      bodyTemplate:
        '<toast><visual><binding template="ToastText01"><text id="1">$(text)</text></binding></visual></toast>',
      templateName: 'scores',
      wnsHeaders: { 'X-WNS-Type': 'wns/toast' },
    })));
await step('brokenTemplate', () =>
  client.createOrUpdateInstallation(
    createAppleInstallation({
      installationId: 'broken',
      pushChannel: other,
      templates: { broken: { body: JSON.stringify({ aps: { alert: '$(text' } }), tags: ['goals'] } },
    })));
const goals = await step('sendTemplate', () => client.sendNotification(goal, { tagExpression: 'goals' }));
await step('templateOutcome', () => outcome(goals.notificationId, 4));
await step('testTemplate', () =>
  client.sendNotification(goal, { tagExpression: 'goals && !android', enableTestSend: true }));
await step('noTexts', () => client.sendNotification(createTemplateNotification({ body: { n: 1 } }), {}));
await step('scheduleTemplate', () => client.scheduleBroadcastNotification(new Date(Date.now() + 3_600_000), goal));
await step('cancelTemplate', () => client.cancelScheduledNotification(results.scheduleTemplate.notificationId));
await step('cancelledTemplate', () => client.getNotificationOutcomeDetails(results.scheduleTemplate.notificationId));
say(results);
