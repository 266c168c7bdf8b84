// Sends with `web-push` to a simulator. Told: control (address of its control port), subject, messages ({payload, options}).
// It makes a key, subscribes with it, sends one after the other, and says the key, the subscription and the answers.
import webpush from 'web-push';
import { say, told } from './standard-input.js';

const { control, subject, messages } = await told();
const vapid = webpush.generateVAPIDKeys();
const made = await fetch(control + '/tokens', {
  method: 'POST',
  body: JSON.stringify({ 'application-server-key': vapid.publicKey }),
});
const subscription = await made.json();
const answers = [];
for (const { payload, options, state } of messages) {
  if (state) {
    await fetch(control + '/tokens', { method: 'POST', body: JSON.stringify({ token: subscription.token, state }) });
  }
  try {
    const answer = await webpush.sendNotification(subscription, payload, {
      ...options,
      vapidDetails: { subject, publicKey: vapid.publicKey, privateKey: vapid.privateKey },
    });
    answers.push({ status: answer.statusCode, headers: answer.headers });
  } catch (error) {
    answers.push({ status: error.statusCode ?? 0, headers: error.headers ?? {}, message: String(error) });
  }
}
say({ publicKey: vapid.publicKey, subscription, answers });
