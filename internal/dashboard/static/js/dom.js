// Elements are made here and nowhere else. What a child says goes into the page as text:
// nothing that a server sends is ever read as markup.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element. Of the properties, `on` has listeners by the event's name, true is an
 * attribute without a value, null, undefined and false are none.
 */
export function el(name, properties, ...children) {
  return furnish(document.createElement(name), properties, children);
}

/** Makes an element of a drawing. */
export function svg(name, properties, ...children) {
  return furnish(document.createElementNS(SVG, name), properties, children);
}

function furnish(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else {
      attribute(element, name, value);
    }
  }
  element.append(...children.flat(Infinity).filter(isThere));
  return element;
}

const isThere = (child) => child !== null && child !== undefined && child !== false;

/** Sets an attribute, or takes it away when it is null, undefined or false. */
export function attribute(element, name, value) {
  if (!isThere(value)) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : value);
}

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter(isThere));
  return element;
}

/** Sets the text of an element, and leaves it alone when it says that already. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows or hides an element. */
export function show(element, visible) {
  element.hidden = !visible;
}

let named = 0;

/** Returns an id that no other element has. */
export const newID = (prefix) => `${prefix}-${++named}`;

// The icons are drawn in a square of 20, with strokes.
const ICONS = {
  minus: 'M5 10h10',
  plus: 'M10 5v10M5 10h10',
  left: 'M12 5l-5 5 5 5',
  right: 'M8 5l5 5-5 5',
  check: 'M4.5 10.5l3.5 3.5 7.5-8',
  cross: 'M5.5 5.5l9 9M14.5 5.5l-9 9',
  alert: 'M10 3.2l7.2 12.8H2.8zM10 8v3.6M10 13.6v.6',
  question: 'M7.4 7.6a2.6 2.6 0 1 1 3.7 2.6c-.8.4-1.1.9-1.1 1.8M10 14.4v.5',
  clock: 'M10 5.6V10l2.8 1.8M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0z',
  pencil: 'M4 16l.8-3.2 8-8 2.4 2.4-8 8z',
};

/** Draws an icon. It says nothing: the words beside it do. */
export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { d: ICONS[name] }));
}
