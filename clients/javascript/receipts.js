import { Problem } from './wire.js';

const MOST_KEPT = 1_000;
const MOST_AT_ONCE = 100;
const DELAY = 40;

/** What became of events, collected for a moment, sent together, and kept until the server has it. */
export class Receipts {
  #wire;
  #failed;
  /** @type {{event: string, mark: string}[]} */
  #waiting = [];
  #isSending = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import('./wire.js').Wire} wire @param {(why: unknown) => void} failed */
  constructor(wire, failed) {
    this.#wire = wire;
    this.#failed = failed;
  }

  /** @param {string} mark @param {string[]} events */
  add(mark, events) {
    this.#waiting.push(...events.map((event) => ({ event, mark })));
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - MOST_KEPT));
    this.#timer ??= setTimeout(() => void this.flush(), DELAY);
  }

  async flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      let size = MOST_AT_ONCE;
      while (this.#waiting.length > 0) {
        const some = this.#waiting.slice(0, size);
        try {
          await this.#wire.ask('POST', '/receipts', { receipts: some });
        } catch (refused) {
          const wrong = refused instanceof Problem && [400, 404].includes(refused.status);
          if (!wrong) return; // later: the next channel that opens sends them
          if (some.length > 1) {
            size = 1; // one of them is not this user's, and then none counts
            continue;
          }
          this.#failed(refused);
        }
        this.#waiting = this.#waiting.filter((one) => !some.includes(one));
      }
    } finally {
      this.#isSending = false;
    }
  }
}
