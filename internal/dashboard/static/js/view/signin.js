// The form that asks for the token of nwp500 serve, when it is reached from elsewhere.

import { signIn } from '../api.js';
import { el, newID, say, show } from '../dom.js';
import { connect } from '../store.js';
import { sentence, stop } from '../words.js';

/** The form. */
export class SignIn {
  title = 'Sign in';
  #error = el('p', { class: 'error', role: 'alert' });

  constructor() {
    const id = newID('token');
    this.input = el('input', { id, type: 'password', name: 'token', autocomplete: 'current-password', required: true, spellcheck: 'false' });
    this.button = el('button', { class: 'button primary', type: 'submit' }, 'Sign in');
    show(this.#error, false);
    this.element = el('form', { class: 'signin', on: { submit: (event) => this.#submit(event) } },
      el('h1', null, 'Sign in'),
      el('p', null, 'This address asks for a token. It is in the token file that nwp500 serve names when it starts.'),
      el('label', { for: id }, 'Token'), this.input, this.#error, this.button);
  }

  async #submit(event) {
    event.preventDefault();
    this.button.disabled = true;
    show(this.#error, false);
    try {
      await signIn(this.input.value);
      this.input.value = '';
      connect();
    } catch (error) {
      say(this.#error, error.locked ? 'That is not the token.' : stop(sentence(error.message)));
      show(this.#error, true);
      this.input.select();
    } finally {
      this.button.disabled = false;
    }
  }

  update() {}
}
