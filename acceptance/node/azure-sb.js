// Uses a notification hub with `azure-sb`, the older client: each call that it has. Told: connectionString, listenOnly, hub, token
// (of an iPhone), other (of another one), droid (a token of Google's), channel and phone (URIs of Microsoft's two services).
// Says the result of each step, or its error.
import azure from 'azure-sb';
import { say, told } from './standard-input.js';

const { connectionString, listenOnly, hub, token, other, droid, channel, phone } = await told();
const client = azure.createNotificationHubService(hub, connectionString);
const listener = azure.createNotificationHubService(hub, listenOnly);
const manager = azure.createServiceBusService(connectionString);
const results = {};

/** One step: what the client's callback is given, or what its caller would see. */
async function step(name, on, method, ...values) {
  try {
    results[name] = await new Promise((done, fail) => {
      on[method](...values, (error, result, response) => {
        if (error) {
          fail(error);
        } else if (response) {
          done({ status: response.statusCode, result });
        } else {
          done({ status: result.statusCode });
        }
      });
    });
  } catch (error) {
    results[name] = { failed: error.statusCode ?? 0, message: String(error.message) };
  }
  return results[name].result ?? {};
}

async function newId() {
  return new Promise((done, fail) => client.createRegistrationId((error, id) => (error ? fail(error) : done(id))));
}

await step('newId', client, 'createRegistrationId');
const ids = {};
for (const kind of ['apns', 'apnsTemplate', 'gcm', 'gcmTemplate', 'wns', 'wnsRaw', 'wnsToast', 'mpns', 'mpnsRaw', 'mpnsToast']) {
  ids[kind] = await newId();
}

// Apple
const made = await step('apns.create', client.apns, 'createNativeRegistration', token, ['news', 'a']);
await step('apns.put', client.apns, 'createOrUpdateNativeRegistration', ids.apns, other, 'sports');
const template = { alert: '$(text)', expiry: '2999-01-01T00:00:00Z' };
await step('apns.createTemplate', client.apns, 'createTemplateRegistration', token, 'goals', template);
await step('apns.putTemplate', client.apns, 'createOrUpdateTemplateRegistration', ids.apnsTemplate, other, 'goals', template);
await step('apns.updateTemplate', client.apns, 'updateTemplateRegistration', ids.apnsTemplate, other, 'goals,late', template, {
  headers: { 'apns-priority': '5' },
});
await step('apns.list', client.apns, 'listRegistrationsByToken', token);

// Google
await step('gcm.create', client.gcm, 'createNativeRegistration', droid, ['news']);
await step('gcm.put', client.gcm, 'createOrUpdateNativeRegistration', ids.gcm, droid, ['droids']);
const data = { data: { goal: '$(text)' } };
await step('gcm.createTemplate', client.gcm, 'createTemplateRegistration', droid, ['goals'], data);
await step('gcm.putTemplate', client.gcm, 'createOrUpdateTemplateRegistration', ids.gcmTemplate, droid, ['other'], data);
await step('gcm.updateTemplate', client.gcm, 'updateTemplateRegistration', ids.gcmTemplate, droid, ['others'], data);
await step('gcm.list', client.gcm, 'listRegistrationsByGcmRegistrationId', droid);

// Microsoft's two
const raw = { headers: { 'X-WNS-Type': 'wns/raw' } };
await step('wns.create', client.wns, 'createNativeRegistration', channel, ['tiles']);
await step('wns.put', client.wns, 'createOrUpdateNativeRegistration', ids.wns, channel, ['tiles']);
await step('wns.createRaw', client.wns, 'createRawTemplateRegistration', channel, 'raw', '{"raw":"$(text)"}', raw);
await step('wns.putRaw', client.wns, 'createOrUpdateRawTemplateRegistration', ids.wnsRaw, channel, 'raws', '{"raw":"$(text)"}', raw);
await step('wns.updateRaw', client.wns, 'updatesRawTemplateRegistration', ids.wnsRaw, channel, 'raws', '{"r":"$(text)"}', raw);
await step('wns.createToast', client.wns, 'createToastText01Registration', channel, 'goals', '$(text)');
await step('wns.putToast', client.wns, 'createOrUpdateToastText01Registration', ids.wnsToast, channel, 'toasts', '$(text)');
await step('wns.updateToast', client.wns, 'updateToastText01Registration', ids.wnsToast, channel, 'toast', '$(text)');
await step('wns.list', client.wns, 'listRegistrationsByChannel', channel);
await step('mpns.create', client.mpns, 'createNativeRegistration', phone, ['tiles']);
await step('mpns.put', client.mpns, 'createOrUpdateNativeRegistration', ids.mpns, phone, ['tiles']);
const phoneRaw = { headers: { 'X-NotificationClass': '3' } };
await step('mpns.createRaw', client.mpns, 'createRawTemplateRegistration', phone, 'raw', '<a>$(text)</a>', phoneRaw);
await step('mpns.putRaw', client.mpns, 'createOrUpdateRawTemplateRegistration', ids.mpnsRaw, phone, 'raws', '<a>$(text)</a>', phoneRaw);
await step('mpns.updateRaw', client.mpns, 'updatesRawTemplateRegistration', ids.mpnsRaw, phone, 'raws', '<b>$(text)</b>', phoneRaw);
await step('mpns.createToast', client.mpns, 'createToastRegistration', phone, 'goals', { text1: '$(text)' });
await step('mpns.putToast', client.mpns, 'createOrUpdateToastRegistration', ids.mpnsToast, phone, 'toasts', { text1: '$(text)' });
await step('mpns.updateToast', client.mpns, 'updateToastRegistration', ids.mpnsToast, phone, 'toast', { text1: '$(text)' });
await step('mpns.list', client.mpns, 'listRegistrationsByChannel', phone);

// registrations of any kind
const read = await step('get', client, 'getRegistration', made.RegistrationId);
await step('update', client, 'updateRegistration', { ...read, Tags: 'news,b' }, { etag: read.ETag });
await step('stale', client, 'updateRegistration', { ...read, _: { ...read._ }, Tags: 'news,c' }, { etag: read.ETag });
const again = await step('getAgain', client, 'getRegistration', made.RegistrationId);
await step('put', client, 'createOrUpdateRegistration', { ...again, Tags: 'news,d' });
await step('list', client, 'listRegistrations', { top: 5 });
await step('byTag', client, 'listRegistrationsByTag', 'NEWS');

// sends
await step('apns.send', client.apns, 'send', ['news', 'nothing'], { alert: 'Hello', expiry: new Date(Date.now() + 3_600_000), priority: 5 });
await step('apns.sendText', client.apns, 'send', 'sports', JSON.stringify({ aps: { alert: 'Sports' } }));
await step('gcm.send', client.gcm, 'send', 'droids', { data: { hello: 'droid' } });
await step('wns.sendToast', client.wns, 'sendToastText01', 'tiles', 'Hello & goodbye');
await step('wns.sendTile', client.wns, 'sendTileSquareText04', 'tiles', 'Tile');
await step('wns.sendBadge', client.wns, 'sendBadge', 'tiles', 7);
await step('wns.sendRaw', client.wns, 'sendRaw', 'tiles', 'raw text');
await step('wns.send', client.wns, 'send', 'tiles', '<badge value="1"/>', 'wns/badge');
const written =
  '<wp:Notification xmlns:wp="WPNotification"><wp:Toast><wp:Text1>Written</wp:Text1></wp:Toast></wp:Notification>';
await step('mpns.sendToast', client.mpns, 'sendToast', 'tiles', { text1: 'Hello' });
await step('mpns.sendTile', client.mpns, 'sendTile', 'tiles', { title: 'Tile' });
await step('mpns.sendFlipTile', client.mpns, 'sendFlipTile', 'tiles', { title: 'Flip' });
await step('mpns.sendRaw', client.mpns, 'sendRaw', 'tiles', { payload: '<raw/>' });
await step('mpns.send', client.mpns, 'send', 'tiles', written, 'toast', '2');
await step('send', client, 'send', 'goals', { text: 'Goal "3:1" <home>' });

// installations
const installation = { installationId: 'phone', platform: 'apns', pushChannel: other, tags: ['weather'] };
await step('putInstallation', client, 'createOrUpdateInstallation', installation);
await step('patchInstallation', client, 'patchInstallation', 'phone', [{ op: 'add', path: '/tags', value: 'storms' }]);
await step('badPatch', client, 'patchInstallation', 'phone', [{ op: 'add', path: '/colour', value: 'red' }]);
await step('getInstallation', client, 'getInstallation', 'phone');
await step('deleteInstallation', client, 'deleteInstallation', 'phone');
await step('getDeletedInstallation', client, 'getInstallation', 'phone');

// what is refused
await step('noRegistration', client, 'getRegistration', '1-2-3');
await step('badTags', client.apns, 'send', 'a && (b', { alert: 'Hello' });
await step('badBody', client, 'send', 'goals', '{');
await step('noAps', client.apns, 'send', 'news', JSON.stringify({ alert: 'Hello' }));
await step('withoutRight', listener.apns, 'send', 'news', { alert: 'Hello' });
await step('listWithoutRight', listener, 'listRegistrations');
await step('unknownHub', azure.createNotificationHubService('nowhere', connectionString), 'createRegistrationId');

// hubs
await step('hubs.get', manager, 'getNotificationHub', hub);
await step('hubs.list', manager, 'listNotificationHubs');
await step('hubs.create', manager, 'createNotificationHub', hub);
await step('hubs.createOther', manager, 'createNotificationHub', 'another');
await step('hubs.deleteFull', manager, 'deleteNotificationHub', hub);
await step('hubs.deleteOther', manager, 'deleteNotificationHub', 'another');

// and away with it
await step('delete', client, 'deleteRegistration', made.RegistrationId);
await step('deleteAgain', client, 'deleteRegistration', made.RegistrationId);
await step('putGone', client, 'createOrUpdateRegistration', { ...again, _: { ContentRootElement: 'AppleRegistrationDescription' } });
say(results);
