// Speaks to Resource Manager with `@azure/arm-communication` and `@azure/arm-notificationhubs`. Told: server (its URL), key (an API key),
// subscription, group, resource (a communication resource), string (a hub's connection string), hub (the hub's resource id).
// Says the result of each step, or its error.
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { NotificationHubsManagementClient } from '@azure/arm-notificationhubs';
import { say, told } from './standard-input.js';

const { server, key, subscription, group, resource, string, hub } = await told();
const credential = (token) => ({ getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) });
const options = { endpoint: server, retryOptions: { maxRetries: 0 } };
const communication = new CommunicationServiceManagementClient(credential(key), subscription, options);
const hubs = new NotificationHubsManagementClient(credential(key), subscription, options);
const services = communication.communicationServices;
const results = {};

/** One step: its result, or what its caller would see. */
async function step(name, work) {
  try {
    results[name] = (await work()) ?? {};
  } catch (error) {
    results[name] = { failed: error.statusCode ?? 0, code: error.code ?? '', message: String(error.message) };
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

const link = (connectionString, resourceId) =>
  services.linkNotificationHub(group, resource, { linkNotificationHubParameters: { connectionString, resourceId } });

// communication resources
await step('list', () => all(services.listBySubscription()));
await step('made', () =>
  services.beginCreateOrUpdateAndWait(group, 'second', { location: 'global', dataLocation: 'Europe', tags: { a: 'b' } }));
await step('ofGroup', () => all(services.listByResourceGroup(group)));
await step('update', () => services.update(group, 'second', { tags: { a: 'c' } }));
await step('keys', () => services.listKeys(group, 'second'));
await step('rekeyed', () => services.regenerateKey(group, 'second', { keyType: 'Primary' }));
await step('free', () =>
  services.checkNameAvailability({ name: 'second', type: 'Microsoft.Communication/CommunicationServices' }));
await step('deleted', () => services.beginDeleteAndWait(group, 'second'));
await step('gone', () => services.get(group, 'second'));

// a hub and its policy
await step('namespaceFree', () => hubs.namespaces.checkAvailability({ name: 'phones-ns' }));
await step('namespace', () => hubs.namespaces.createOrUpdate(group, 'phones-ns', { location: 'global' }));
await step('hubFree', () =>
  hubs.notificationHubs.checkNotificationHubAvailability(group, 'phones-ns', { name: 'sdk-hub' }));
await step('hub', () => hubs.notificationHubs.createOrUpdate(group, 'phones-ns', 'sdk-hub', { location: 'global' }));
await step('policy', () =>
  hubs.notificationHubs.createOrUpdateAuthorizationRule(group, 'phones-ns', 'sdk-hub', 'sender', {
    properties: { rights: ['Send'] },
  }));
await step('policyKeys', () => hubs.notificationHubs.listKeys(group, 'phones-ns', 'sdk-hub', 'sender'));
await step('policyRekeyed', () =>
  hubs.notificationHubs.regenerateKeys(group, 'phones-ns', 'sdk-hub', 'sender', { policyKey: 'SecondaryKey' }));
await step('policies', () => all(hubs.notificationHubs.listAuthorizationRules(group, 'phones-ns', 'sdk-hub')));
await step('hubs', () => all(hubs.notificationHubs.list(group, 'phones-ns')));
await step('policyDeleted', () =>
  hubs.notificationHubs.deleteAuthorizationRule(group, 'phones-ns', 'sdk-hub', 'sender'));
await step('hubDeleted', () => hubs.notificationHubs.delete(group, 'phones-ns', 'sdk-hub'));
await step('namespaceDeleted', () => hubs.namespaces.beginDeleteAndWait(group, 'phones-ns'));
await step('namespaces', () => all(hubs.namespaces.listAll()));

// the link
await step('noLink', () => link(string.replace(/SharedAccessKey=.*/, 'SharedAccessKey=none'), hub));
await step('linked', () => link(string, hub));
await step('read', () => services.get(group, resource));
await step('unlinked', () => link('', ''));
await step('readAgain', () => services.get(group, resource));

// who may not
await step('stranger', () =>
  new CommunicationServiceManagementClient(credential('none'), subscription, options).communicationServices.get(
    group,
    resource,
  ));
say(results);
