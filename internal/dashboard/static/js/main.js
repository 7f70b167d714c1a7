// The page: which view is shown, and the line above it. The address's fragment says which
// heater is meant: "#/0123456789".

import { el, fill, say, show } from './dom.js';
import { all, changed, connect, connection, heater, isListed, subscribe } from './store.js';
import { chosenUnits, chooseUnits, unitsOf } from './units.js';
import { Heater } from './view/heater.js';
import { List } from './view/list.js';
import { SignIn } from './view/signin.js';
import { Pulse } from './view/state.js';

const main = document.getElementById('main');
const pulse = new Pulse();
const back = el('a', { class: 'back', href: '#/' }, '‹ All heaters');
const units = el('div', { class: 'segments', role: 'radiogroup', 'aria-label': 'Units' },
  [['metric', '°C', 'Degrees Celsius and litres'], ['us', '°F', 'Degrees Fahrenheit and gallons']].map(([name, text, title]) =>
    el('label', { title }, el('input', { type: 'radio', name: 'units', value: name, 'aria-label': title, on: { change: () => { chooseUnits(name); changed(); } } }), el('span', { 'aria-hidden': 'true' }, text))));

fill(document.getElementById('top'), el('div', { class: 'top-inner' },
  el('a', { class: 'brand', href: '#/' }, 'nwp500'), back, el('div', { class: 'top-right' }, pulse.element, units)));

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});

let view = null;
let key = '';

// Which view the address asks for: that of a heater, or the list. One heater needs no list.
function wanted() {
  if (connection().state === 'locked') return ['sign-in', () => new SignIn()];
  const [, asked] = location.hash.match(/^#\/([0-9a-f]+)$/) ?? [];
  const id = asked ?? (all().length === 1 ? all()[0].id : undefined);
  if (id && heater(id)) return [id, () => new Heater(id)];
  return ['list', () => new List()];
}

function update() {
  const [name, make] = wanted();
  if (name !== key) {
    const began = key === '';
    view?.close?.();
    key = name;
    view = make();
    fill(main, view.element);
    scrollTo(0, 0);
    // Whoever followed a link in what is gone now begins at the top of what has come.
    if (!began && document.activeElement === document.body) main.focus({ preventScroll: true });
  }
  view.update();
  const one = heater(name);
  show(back, Boolean(one) && all().length > 1);
  show(pulse.element, Boolean(one));
  if (one) pulse.update(one);
  show(units, name !== 'sign-in');
  const shown = chosenUnits() === 'auto' ? unitsOf(one ?? all()[0]).name : chosenUnits();
  for (const input of units.querySelectorAll('input')) input.checked = input.value === shown;
  const title = one?.fault ? `⚠ ${view.title}` : view.title;
  if (document.title !== `${title} – nwp500`) document.title = `${title} – nwp500`;
  main.dataset.view = one ? 'heater' : name;
  main.setAttribute('aria-busy', String(!isListed() && !one && name === 'list'));
}

addEventListener('hashchange', update);
subscribe(update);
setInterval(update, 1000); // ages grow while nothing is heard
connect();
update();
