/**
 * How long to wait before the next try: doubled after each failure up to a limit, and a little
 * random, so that phones that lost a server together do not come back together.
 *
 * Pure: no clock and no timer, so that a test can ask it everything.
 */
export class Backoff {
  #shortest;
  #longest;
  #random;
  #failures = 0;

  /**
   * @param {object} [options]
   * @param {number} [options.shortest] milliseconds of the first wait at most
   * @param {number} [options.longest] milliseconds that no wait exceeds
   * @param {() => number} [options.random] from 0 to below 1
   */
  constructor({ shortest = 1_000, longest = 60_000, random = Math.random } = {}) {
    if (!(shortest > 0 && longest >= shortest)) {
      throw new RangeError(`longest (${longest}) must not be less than shortest (${shortest}), nor either 0`);
    }
    this.#shortest = shortest;
    this.#longest = longest;
    this.#random = random;
  }

  /** How often it was asked since the last success. */
  get failures() {
    return this.#failures;
  }

  /**
   * The wait before the next try: between half of the ceiling and all of it.
   *
   * @param {number} [atLeast] what the server asked for (`Retry-After`); up to a fifth is added
   * @returns {number} milliseconds
   */
  next(atLeast = 0) {
    const ceiling = Math.min(this.#longest, this.#shortest * 2 ** Math.min(this.#failures, 30));
    this.#failures++;
    const own = ceiling / 2 + (this.#random() * ceiling) / 2;
    return Math.round(atLeast > own ? atLeast + (this.#random() * atLeast) / 5 : own);
  }

  /** It worked: the next failure waits short again. */
  reset() {
    this.#failures = 0;
  }
}
