// When a section reads what it shows.

import { lock, onEvent } from '../store.js';
import { sentence, stop } from '../words.js';
import { onceSeen } from './section.js';

/** Reads what a section shows: when it is seen for the first time, when the page is live anew, when it is told to, and again after a while. */
export class Reading {
  #element;
  #parts;
  #seen = false;
  #under = null; // the AbortController of what is under way
  #timer = 0;
  #observer;
  #end;

  /** Of the parts, ask(signal) reads and draws, fail(text) says why it could not, and again() is in how many milliseconds to read anew, 0 for never. */
  constructor(element, parts) {
    this.#element = element;
    this.#parts = parts;
    this.#observer = onceSeen(element, () => {
      this.#seen = true;
      this.start();
    });
    this.#end = onEvent((event) => event === null && this.#seen && this.start());
  }

  /** Reads now; what is still being read counts no more. */
  async start() {
    this.#stop();
    const { signal } = this.#under = new AbortController();
    this.#element.setAttribute('aria-busy', 'true');
    try {
      await this.#parts.ask(signal);
    } catch (error) {
      if (signal.aborted) return;
      if (error.locked) return lock();
      this.#parts.fail(stop(sentence(error.message)));
    }
    this.#element.setAttribute('aria-busy', 'false');
    const wait = this.#parts.again();
    if (wait > 0) this.#timer = setTimeout(() => this.start(), wait);
  }

  /** Ends it. */
  close() {
    this.#observer.disconnect();
    this.#stop();
    this.#end();
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#under?.abort();
  }
}
