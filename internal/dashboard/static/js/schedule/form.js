// The dialog in which an entry of a schedule is changed, and what it is made of.

import { el, newID } from '../dom.js';
import { DAYS, minutesOf, MONTHS, timeText } from './days.js';

/** A field: its element, and `value()`, which is undefined while it is wrong. */
function field(label, input, value) {
  return { element: el('div', { class: 'field' }, el('label', { for: input.id }, label), input), value };
}

/** A time of day. */
export function timeField(label, minutes) {
  const input = el('input', { id: newID('time'), type: 'time', required: true, value: timeText(minutes) });
  return field(label, input, () => minutesOf(input.value));
}

/** One of several values. */
export function selectField(label, options, chosen) {
  const input = el('select', { id: newID('select') }, options.map(([value, text]) => el('option', { value, selected: value === chosen }, text)));
  return field(label, input, () => input.value);
}

/** A number. */
export function numberField(label, value, { min, max, step }) {
  const input = el('input', { id: newID('number'), class: 'number', type: 'number', required: true, min, max, step, value, inputmode: 'decimal' });
  return field(label, input, () => input.valueAsNumber);
}

/** Yes or no. */
export function checkField(label, checked) {
  const input = el('input', { id: newID('check'), type: 'checkbox', checked });
  return { element: el('div', { class: 'field check' }, input, el('label', { for: input.id }, label)), value: () => input.checked };
}

/** Some of several bits, at least one. */
function bitsField(label, bits, chosen, shortcuts) {
  const inputs = bits.map(({ bit, long }) => el('input', { type: 'checkbox', value: bit, checked: Boolean(chosen & bit), 'aria-label': long, on: { change: check } }));
  function check() {
    inputs[0].setCustomValidity(value() ? '' : 'Choose at least one.');
  }
  const value = () => inputs.reduce((sum, input) => (input.checked ? sum | Number(input.value) : sum), 0);
  const choose = (set) => {
    inputs.forEach((input) => { input.checked = Boolean(set & Number(input.value)); });
    check();
  };
  check();
  return {
    element: el('fieldset', { class: 'field' }, el('legend', null, label),
      el('div', { class: 'toggles' }, bits.map(({ short }, i) => el('label', null, inputs[i], el('span', { 'aria-hidden': 'true' }, short)))),
      el('div', { class: 'inline' }, shortcuts.map(([text, set]) => el('button', { class: 'button plain', type: 'button', on: { click: () => choose(set) } }, text)))),
    value,
  };
}

/** Days of the week. */
export const daysField = (week) => bitsField('Days', DAYS, week, [['Every day', 254], ['Monday to Friday', 124], ['Weekend', 130]]);

/** Months of the year. */
export const monthsField = (season) => bitsField('Months', MONTHS, season, [['All year', 4095]]);

/**
 * Opens a dialog with fields and returns what was chosen when it has closed: "save", "delete" or "".
 * The focus goes back to where it was.
 */
export function openForm({ title, fields, note, save, remove }) {
  const heading = newID('dialog');
  const dialog = el('dialog', { class: 'dialog', 'aria-labelledby': heading },
    el('form', { method: 'dialog' },
      el('h2', { id: heading }, title), fields.map(({ element }) => element), note && el('p', { class: 'hint' }, note),
      el('div', { class: 'buttons' },
        el('button', { class: 'button primary', value: 'save' }, save),
        el('button', { class: 'button', value: '', formnovalidate: true }, 'Cancel'),
        remove && el('button', { class: 'button plain end', value: 'delete', formnovalidate: true }, remove))));
  return openDialog(dialog);
}

/** Shows a dialog until it closes, and returns the value of the button that closed it. */
export function openDialog(dialog) {
  const from = document.activeElement;
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    // A press beside it closes it; one that began within it, such as to mark a text, does not.
    let beside = false;
    dialog.addEventListener('pointerdown', (event) => { beside = event.target === dialog; });
    dialog.addEventListener('click', (event) => event.target === dialog && beside && dialog.close(''));
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (from?.isConnected) from.focus();
      resolve(dialog.returnValue);
    });
  });
}
