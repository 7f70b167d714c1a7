// The live connection: server-sent events, read by hand. EventSource would hide what
// matters here: that a token is wanted, that a silent connection is dead (its comments
// are the pulse), and that a machine has just woken up.

import { call, CallError } from './api.js';

const PULSE = 15_000; // the server says something at least this often
const DEAF = 2 * PULSE + 5_000;
const SLEPT = 4_000; // a second that took longer was a sleep
const LONGEST_WAIT = 15_000;
const HIDDEN = 60_000; // a page that nobody sees lets go after this

/**
 * Keeps a stream of events open. `hear(event, data)` gets each event; `tell(state)` hears
 * of the state: {state: "connecting" | "live" | "lost" | "locked", heard, error}, where
 * `heard` is when the server was heard last, by this machine's clock. It is live from the event
 * "ready" on, before which all that is known is told anew: what was told by another connection may be old.
 */
export class Stream {
  #path;
  #hear;
  #tell;
  #attempt = null; // the AbortController of the connection
  #deadline = 0; // when the connection is given up if nothing more is heard
  #timer = 0;
  #failures = 0;
  #tick = Date.now();
  #hiddenSince = 0;
  #stopped = false;
  #state = { state: 'connecting', heard: 0, error: '' };

  constructor(path, hear, tell) {
    this.#path = path;
    this.#hear = hear;
    this.#tell = tell;
    addEventListener('online', () => this.renew());
    addEventListener('pageshow', (event) => event.persisted && this.renew());
    addEventListener('pagehide', () => this.#drop());
    document.addEventListener('visibilitychange', () => this.#look());
    setInterval(() => this.#watch(), 1000);
  }

  /** Connects, again if need be, at once. */
  renew() {
    this.#stopped = false;
    this.#drop();
    this.#change({ state: 'connecting', error: '' });
    this.#connect();
  }

  /** Lets go until renew. */
  stop() {
    this.#stopped = true;
    this.#drop();
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#attempt?.abort();
    this.#attempt = null;
  }

  #change(change) {
    this.#state = { ...this.#state, ...change };
    this.#tell(this.#state);
  }

  #look() {
    this.#tick = Date.now();
    if (this.#stopped) return;
    if (document.hidden) {
      this.#hiddenSince = Date.now();
    } else {
      this.#hiddenSince = 0;
      const silent = Date.now() - this.#state.heard;
      if (!this.#attempt || silent > PULSE + 2000) this.renew();
    }
  }

  // Once a second: has the machine slept, is the connection deaf, does nobody look?
  #watch() {
    const now = Date.now();
    const slept = now - this.#tick > SLEPT + 1000 && !document.hidden;
    this.#tick = now;
    if (this.#stopped) return;
    if (this.#hiddenSince && now - this.#hiddenSince > HIDDEN) {
      this.#drop();
    } else if (slept) {
      this.renew();
    } else if (now > this.#deadline) {
      this.#fail('nothing was heard for too long', this.#attempt);
    }
  }

  async #connect() {
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#deadline = Date.now() + PULSE;
    try {
      const response = await call(this.#path, { signal: attempt.signal, headers: { Accept: 'text/event-stream' } });
      await this.#listen(response, attempt);
      this.#fail('the connection has ended', attempt);
    } catch (error) {
      if (error.locked && this.#attempt === attempt) {
        this.stop();
        this.#change({ state: 'locked' });
      } else {
        this.#fail(error instanceof CallError ? error.message : 'the connection broke', attempt);
      }
    }
  }

  async #listen(response, attempt) {
    let ready = false;
    const parser = new Parser((event, data) => {
      ready ||= event === 'ready';
      this.#hear(event, data);
    });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done || this.#attempt !== attempt) return;
      this.#deadline = Date.now() + DEAF;
      parser.take(value);
      if (!ready) continue;
      this.#failures = 0;
      this.#change({ state: 'live', heard: Date.now(), error: '' });
    }
  }

  #fail(error, attempt) {
    if (!attempt || this.#attempt !== attempt) return; // another has taken its place
    this.#drop();
    this.#change({ state: 'lost', error });
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** this.#failures++);
    this.#timer = setTimeout(() => this.#connect(), wait * (0.75 + Math.random() / 2));
  }
}

// Parser takes a stream of events apart, wherever its pieces are cut.
class Parser {
  #hear;
  #rest = '';
  #event = '';
  #data = [];

  constructor(hear) {
    this.#hear = hear;
  }

  take(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    lines.forEach((line) => this.#line(line));
  }

  #line(line) {
    if (line === '') {
      if (this.#data.length) this.#hear(this.#event || 'message', JSON.parse(this.#data.join('\n')));
      this.#event = '';
      this.#data = [];
      return;
    }
    const [, field, value] = line.match(/^([^:]*):? ?(.*)$/);
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
  }
}
