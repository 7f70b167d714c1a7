import { el } from '../dom.js';

/** A control: its name, what sets it, and below it the place where it asks and tells. */
export function row(name, content, asking, properties) {
  asking.resting = [content];
  return el('div', { class: 'control', ...properties }, el('div', { class: 'control-row' }, name, content), asking.element);
}
