// What sections have in common: a heading, and a choice of a few.

import { el, newID } from '../dom.js';

/** A section: what stands beside it, and what is in it. */
export function section(title, id, head, ...body) {
  const heading = newID('section');
  return el('section', { class: 'section', id, 'aria-labelledby': heading },
    el('div', { class: 'section-head' }, el('h2', { id: heading }, title), head),
    el('div', { class: 'section-body' }, body));
}

/** One of a few, side by side: `options` are [value, text]. */
export function choice(label, options, chosen, change) {
  const name = newID('choice');
  return el('div', { class: 'segments', role: 'radiogroup', 'aria-label': label }, options.map(([value, text]) =>
    el('label', null,
      el('input', { type: 'radio', name, value, checked: value === chosen, on: { change: () => change(value) } }),
      el('span', null, text))));
}

/** Calls `see` when an element comes near the window for the first time. */
export function onceSeen(element, see) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    see();
  }, { rootMargin: '300px' });
  observer.observe(element);
  return observer;
}
