// What is known now: the heaters as they were heard of last, and how well this page hears.

import { Stream } from './stream.js';

const heaters = new Map();
const listeners = new Set();
const eventListeners = new Set();
let link = { state: 'connecting', heard: 0, error: '' };
let listed = false; // the heaters were named at least once
let waiting = false;

/** Returns the heaters in the order of the server. */
export const all = () => [...heaters.values()];

/** Returns a heater, or nothing. */
export const heater = (id) => heaters.get(id);

/** Returns how this page hears the server, as stream.js has it. */
export const connection = () => link;

/** Tells whether the list of heaters is known. */
export const isListed = () => listed;

/** Tells whether what is shown of a heater is what is: heard now, from a heater that is heard. */
export const isLive = (one) => link.state === 'live' && one.connection.state === 'up' && one.connection.fresh;

/** Calls `listener` when anything has changed; returns what ends that. */
export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls `listener` with each event that happens, and with null when some may have been missed. */
export function onEvent(listener) {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

/** Has everybody look again, once, before the browser draws. */
export function changed() {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    for (const listener of [...listeners]) listener();
  });
}

const stream = new Stream('events/stream', hear, tell);

function hear(event, data) {
  if (event === 'heater') heaters.set(data.id, data);
  if (event === 'removed') heaters.delete(data.id);
  if (event === 'ready') begin(data.heaters);
  if (event === 'event') for (const listener of [...eventListeners]) listener(data);
  changed();
}

function tell(state) {
  link = state;
  changed();
}

// The server has named all heaters there are: others are gone, and what happened
// before was not heard.
function begin(there) {
  for (const id of [...heaters.keys()]) if (!there.includes(id)) heaters.delete(id);
  listed = true;
  for (const listener of [...eventListeners]) listener(null);
}

/** Connects, at once. */
export const connect = () => stream.renew();

/** Asks for a token, since a call was refused for want of it. */
export function lock() {
  stream.stop();
  link = { ...link, state: 'locked' };
  changed();
}
