/** What a script is told: JSON on its standard input. */
export async function told() {
  let text = '';
  for await (const piece of process.stdin) {
    text += piece;
  }
  return JSON.parse(text);
}

/** What a script says: JSON on its standard output, a header on one line. */
export function say(result) {
  const text = JSON.stringify(result, null, 2).replace(/\[\n\s+("[^\n]*"),\n\s+("[^\n]*")\n\s+\]/g, '[$1, $2]');
  process.stdout.write(text + '\n');
}
