/** Requests to the device listener, and the small formats that its answers use. */

const PATIENCE = 30_000;

/** A refusal in the server's own words: `application/problem+json`, or what stood in its place. */
export class Problem extends Error {
  /**
   * @param {number} status 0 when no answer came
   * @param {{title?: string, detail?: string, code?: string, remedy?: string, retryAfter?: number,
   *   call?: object}} [body]
   */
  constructor(status, body = {}) {
    super([body.title ?? `HTTP ${status}`, body.detail].filter(Boolean).join(' '));
    this.name = 'Problem';
    this.status = status;
    /** The reason's code, such as `RV-404`; empty when the answer was not the server's. */
    this.code = body.code ?? '';
    this.remedy = body.remedy ?? '';
    /** Milliseconds after which the same may work. */
    this.retryAfter = (body.retryAfter ?? 0) * 1_000;
    /** With `RV-701`: how the call stands. */
    this.call = body.call;
  }
}

export class Wire {
  #server;
  #fetch;

  /**
   * @param {string} server such as `https://phones.example.org:9443`
   * @param {string} [token] the device token
   * @param {typeof globalThis.fetch} [fetch]
   */
  constructor(server, token, fetch) {
    this.#server = new URL(server);
    this.token = token;
    this.#fetch = fetch ?? ((...all) => globalThis.fetch(...all));
    /** Milliseconds by which the server's clock is ahead of ours, as far as an answer told. */
    this.ahead = 0;
    /** When an answer came last. */
    this.answeredAt = 0;
  }

  /** @param {string} path below `/device/v1` */
  url(path) {
    return new URL(`/device/v1${path}`, this.#server);
  }

  /**
   * The answer as it begins: its body may go on.
   *
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, accept?: string, signal?: AbortSignal}} [more]
   * @returns {Promise<Response>}
   * @throws {Problem} when it is refused or does not come
   */
  async open(method, path, { body, accept = 'application/json', signal } = {}) {
    /** @type {Record<string, string>} */
    const headers = { Accept: accept };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    let answer;
    try {
      answer = await this.#fetch(this.url(path), {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
        cache: 'no-store',
        credentials: 'omit',
      });
    } catch (cause) {
      throw Object.assign(new Problem(0, { title: 'The server cannot be reached.' }), { cause });
    }
    this.answeredAt = Date.now();
    const date = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(date)) this.ahead = date - Date.now();
    if (answer.ok) return answer;
    throw new Problem(answer.status, await problemBody(answer));
  }

  /**
   * One request and its whole answer.
   *
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @param {{signal?: AbortSignal, patience?: number}} [more]
   * @returns {Promise<any>} the JSON, or `undefined` where there is none
   */
  async ask(method, path, body, { signal, patience = PATIENCE } = {}) {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), patience);
    const end = () => ending.abort();
    signal?.addEventListener('abort', end);
    try {
      if (signal?.aborted) throw new Problem(0, { title: 'The request was given up.' });
      const answer = await this.open(method, path, { body, signal: ending.signal });
      const text = await answer.text();
      return text === '' ? undefined : JSON.parse(text);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
    }
  }
}

/** @param {Response} answer */
async function problemBody(answer) {
  const later = Number(answer.headers.get('retry-after') ?? 0) || undefined;
  try {
    return { retryAfter: later, ...JSON.parse(await answer.text()) };
  } catch {
    return { retryAfter: later };
  }
}

/**
 * Milliseconds of an ISO 8601 duration of days and smaller units, as the server writes them.
 *
 * @param {string} text such as `PT4M50S`
 */
export function milliseconds(text) {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!found || text.endsWith('P') || text.endsWith('T')) throw new RangeError(`not a duration: ${text}`);
  const [days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}

/** Takes an event stream apart, in whatever pieces it comes (the HTML standard, §9.2.6). */
export class EventStreamReader {
  #rest = '';
  #data = '';

  /**
   * @param {string} text the next piece
   * @returns {string[]} the data of the events that it completed
   */
  push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    const events = [];
    for (const line of lines) {
      if (line === '') {
        if (this.#data !== '') events.push(this.#data.slice(0, -1));
        this.#data = '';
      } else if (line.startsWith('data:')) {
        this.#data += `${line.slice(line.startsWith('data: ') ? 6 : 5)}\n`;
      }
    }
    return events;
  }
}
