import wns from 'wns';
import mpns from 'mpns';

/** What both packages are asked to send: one toast, tile, badge and raw push, and those that MPNS knows. */
export const texts = { caller: 'Anna & Bob', line: 'calls <now>', launch: 'call=8f2c6a64&ring=1', raw: '{"v":1,"text":"Grüße"}' };

const asPromise = (send) =>
  new Promise((done) => send((error, answer) => done(error ? { failed: said(error) } : { sent: said(answer) })));

function said(answer) {
  return {
    status: answer.statusCode,
    headers: answer.headers ?? {
      notification: answer.notificationStatus,
      device: answer.deviceConnectionStatus,
      subscription: answer.subscriptionStatus,
    },
    message: answer.message ?? answer.innerError ?? '',
  };
}

/** @param identity `client_id` and `client_secret` of the Store */
export function overWns(channel, identity) {
  const options = (headers) => ({ ...identity, headers });
  return {
    toast: () =>
      asPromise((done) =>
        wns.sendToastText02(
          channel,
          texts.caller,
          texts.line,
          {
            ...options({
              'X-WNS-TTL': '30',
              'X-WNS-Tag': 'call-17',
              'X-WNS-Group': 'calls',
              'X-WNS-Priority': 'High',
              'X-WNS-RequestForStatus': 'true',
            }),
            launch: texts.launch,
            duration: 'long',
          },
          done,
        ),
      ),
    tile: () =>
      asPromise((done) => wns.sendTileSquareText04(channel, texts.line, options({ 'X-WNS-Tag': 'unread' }), done)),
    badge: () => asPromise((done) => wns.sendBadge(channel, 7, options({}), done)),
    raw: () => asPromise((done) => wns.sendRaw(channel, texts.raw, options({ 'X-WNS-Cache-Policy': 'no-cache' }), done)),
  };
}

export function overMpns(channel) {
  return {
    toast: () =>
      asPromise((done) => mpns.sendToast(channel, { text1: texts.caller, text2: texts.line, param: '/Call.xaml?' + texts.launch }, done)),
    tile: () => asPromise((done) => mpns.sendTile(channel, { count: 7, title: texts.caller }, done)),
    raw: () => asPromise((done) => mpns.sendRaw(channel, texts.raw, done)),
  };
}
