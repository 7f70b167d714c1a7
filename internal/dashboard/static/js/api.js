// Calls of the interface under api/v1. Addresses are relative, so that the page also
// works below a path of a proxy.

import { setClock } from './time.js';

const BASE = 'api/v1/';

// How long an answer is waited for, in milliseconds: the server gives up a question after 30 s, and an answer after 90.
const ANSWER = 45_000, END = 100_000;

// Whoever writes sends this header. A foreign page cannot, without being asked first.
const WRITE = { 'X-Nwp500': 'page', 'Content-Type': 'application/json' };

/** A call that did not succeed: the status of the answer, 0 when there was none, and what it said. */
export class CallError extends Error {
  constructor(message, status, document) {
    super(message);
    this.status = status;
    this.document = document;
  }

  /** Tells whether a token is wanted. */
  get locked() {
    return this.status === 401;
  }
}

/** Makes a call and returns its answer as it came. */
export async function call(path, options = {}) {
  let response;
  try {
    response = await fetch(BASE + path, { cache: 'no-store', credentials: 'same-origin', redirect: 'error', ...options });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new CallError('nwp500 cannot be reached from here', 0);
  }
  setClock(response.headers.get('Date'));
  if (response.ok) return response;
  const document = await response.json().catch(() => null);
  throw new CallError(document?.error ?? `nwp500 answered ${response.status}`, response.status, document);
}

/** Reads a document, unless `signal` takes that back. */
export async function read(path, parameters = {}, { signal } = {}) {
  const late = AbortSignal.timeout(ANSWER);
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined));
  const response = await call(query.size ? `${path}?${query}` : path, { signal: signal ? AbortSignal.any([signal, late]) : late });
  return response.json();
}

/** Gives a token for a session of this browser, which a cookie keeps that no script sees. */
export function signIn(token) {
  return call('session', { method: 'POST', headers: WRITE, body: JSON.stringify({ token }) });
}

/**
 * Gives a heater a command and returns its result. Every end is a result, that of an
 * answer that never came, too: nothing here is thrown but a wish for a token.
 */
export function command(id, name, members = {}) {
  return written(`heaters/${id}/commands`, 'POST', { command: name, ...members }, WRITE);
}

/** Reads a schedule: "reservations", "tou" or "recirculation". */
export function schedule(id, kind) {
  return read(`heaters/${id}/schedules/${kind}`);
}

/** Writes a schedule in the place of one of that version, and returns the result. */
export function writeSchedule(id, kind, document, version) {
  return written(`heaters/${id}/schedules/${kind}`, 'PUT', { kind, schedule: document }, { ...WRITE, 'If-Match': `"${version}"` });
}

async function written(path, method, document, headers) {
  try {
    const response = await call(path, { method, headers, body: JSON.stringify(document), signal: AbortSignal.timeout(END) });
    return await response.json();
  } catch (error) {
    if (error.locked) throw error;
    if (error.document?.end) return { stale: error.status === 412, ...error.document };
    if (!error.status) return { end: 'outcome unknown', error: 'the connection to nwp500 was lost before its answer came' };
    // A proxy between this page and nwp500 may have passed the request on.
    if (error.status >= 500) return { end: 'outcome unknown', error: error.message };
    // What was answered is no end of a command: it was turned away at the door.
    return { end: 'refused', error: error.message, field: error.document?.field, stale: error.status === 412 };
  }
}
