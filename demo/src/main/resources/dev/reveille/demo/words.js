/** A trail in words: one line per thing that happened, for each device. */

const WAYS = { live: 'Live channel', push: 'Push', receipt: 'The app said' };

/** @param {any} trail as the API answers it @returns {{text: string, small: string}[]} */
export function words(trail) {
  const start = Date.parse(trail.event.acceptedAt);
  const after = (at) => `+${Math.max(0, Date.parse(at) - start)} ms`;
  const lines = [];
  for (const device of trail.devices) {
    const state = device.known.channelOpen ? `open, ${device.known.state}` : 'without a live channel';
    lines.push({
      text: `${device.user}: ${device.decision}. ${device.why.sentence}`,
      small: `${after(device.at)}, the app was ${state}, ${device.why.code}`,
    });
    for (const one of device.tries) {
      lines.push({
        text: `${WAYS[one.way] ?? one.way}: ${one.outcome}. ${one.why.sentence}`,
        small: [after(one.at), one.detail, one.why.code].filter(Boolean).join(', '),
      });
    }
  }
  for (const { user, why } of trail.notNotified) {
    lines.push({ text: `${user}: no device was told. ${why.sentence}`, small: why.remedy ?? why.code });
  }
  return lines;
}
