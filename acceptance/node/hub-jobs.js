// Exports a notification hub into a container and imports the file into another hub, with `@azure/notification-hubs`. Told: connectionString
// and hub, otherConnectionString and other (the hub that gets it all), blobs (the origin of a blob service with the account), account and key
// of the account, droid (a token of Google's), channel (a URI of Microsoft's), tokens (how many iPhones).
// Says the registrations of both hubs, the jobs as they were shown, the signature that the container's URL had, and the files that were written.
import { createECDH, createHmac, randomBytes } from 'node:crypto';
import {
  NotificationHubsClient,
  createAppleRegistrationDescription,
  createAppleTemplateRegistrationDescription,
  createBrowserRegistrationDescription,
  createFcmV1RegistrationDescription,
  createWindowsRegistrationDescription,
} from '@azure/notification-hubs';
import { say, told } from './standard-input.js';

const { connectionString, hub, otherConnectionString, other, blobs, account, key, droid, channel, tokens } = await told();
const from = new NotificationHubsClient(connectionString, hub);
const to = new NotificationHubsClient(otherConnectionString, other);

/** An account's signature (SAS) for containers and files. */
function signature(permissions) {
  const fields = {
    sv: '2019-12-12', ss: 'b', srt: 'sco', sp: permissions,
    se: new Date(Date.now() + 3600_000).toISOString().replace(/\.\d+/, ''),
  };
  const text = [account, fields.sp, fields.ss, fields.srt, '', fields.se, '', '', fields.sv, ''].join('\n');
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return new URLSearchParams({ ...fields, sig }).toString();
}

const full = signature('rwdlac');
const url = (path, sas = full) => `${blobs}/${path}?${sas}`;
const made = await fetch(`${url('box')}&restype=container`, { method: 'PUT' });
if (made.status !== 201) {
  throw new Error(`the container: ${made.status} ${await made.text()}`);
}

async function ended(client, job) {
  for (;;) {
    const shown = await client.getNotificationHubJob(job.jobId);
    if (shown.status === 'Completed' || shown.status === 'Failed') {
      return shown;
    }
    await new Promise((go) => setTimeout(go, 50));
  }
}

async function all(client) {
  const found = {};
  for await (const { registrationId, etag, expirationTime, ...content } of client.listRegistrations()) {
    found[registrationId] = content;
  }
  return found;
}

const text = async (path) => (await fetch(url(`box/${path}`))).text();

await Promise.all([
  ...Array.from({ length: Number(tokens) }, (_, i) =>
    from.createRegistration(createAppleRegistrationDescription({
      deviceToken: i.toString(16).toUpperCase().padStart(64, '0'), tags: ['all', `number:${i}`],
    }))),
  from.createRegistration(createAppleTemplateRegistrationDescription({
    deviceToken: 'AB'.repeat(32), tags: ['templates'], templateName: 'two lines',
    bodyTemplate: '{"aps":{"alert":"$(zoë)\n<&]]>"}}', apnsHeaders: { 'apns-priority': '10' }, pushVariables: { city: 'Zürich' },
  })),
  from.createRegistration(createFcmV1RegistrationDescription({ fcmV1RegistrationId: droid, tags: ['google'] })),
  from.createRegistration(createWindowsRegistrationDescription({ channelUri: channel })),
  from.createRegistration(createBrowserRegistrationDescription({
    endpoint: 'https://push.example.org/a?b=c&d',
    p256dh: createECDH('prime256v1').generateKeys('base64url'), auth: randomBytes(16).toString('base64url'),
  })),
]);

const submitted = await from.submitNotificationHubJob({ type: 'ExportRegistrations', outputContainerUrl: url('box') });
const exported = await ended(from, submitted);
const output = await text(exported.outputProperties.OutputFilePath);

// by the SDK's own polling, which begins when it is waited for and asks every two seconds
const imported = await to.beginSubmitNotificationHubJob({
  type: 'ImportCreateRegistrations',
  outputContainerUrl: url('box'),
  importFileUrl: url(`box/${exported.outputProperties.OutputFilePath}`),
});

const bad = await fetch(url('box/bad.txt'), {
  method: 'PUT', headers: { 'x-ms-blob-type': 'BlockBlob' }, body: `${output.split('\n')[0]}\nno registration\n`,
});
const update = await ended(to, await to.submitNotificationHubJob({
  type: 'ImportUpdateRegistrations', outputContainerUrl: url('box'), importFileUrl: url('box/bad.txt'),
}));
const readOnly = await ended(to, await to.submitNotificationHubJob({
  type: 'ExportRegistrations', outputContainerUrl: url('box', signature('r')),
}));

say({
  put: bad.status,
  signature: new URLSearchParams(full).get('sig'),
  from: await all(from),
  to: await all(to),
  jobs: { submitted, exported, imported, update, readOnly },
  listed: (await to.listNotificationHubJobs()).map((job) => job.jobId),
  lines: output.trimEnd().split('\n').length,
  failed: await text(update.outputProperties.FailedFilePath),
});
