// What somebody is about to write, beside what the heater has.

/** Tells what says the same of an entry: the order of entries and their identity mean nothing. */
export const same = (entry) => JSON.stringify(Object.entries(entry).filter(([name]) => name !== 'raw').sort(([a], [b]) => (a < b ? -1 : 1)));

// The entries of one list that another lacks; of equal ones as many as there are more.
function without(entries, others) {
  const left = others.map(same);
  return entries.filter((entry) => {
    const at = left.indexOf(same(entry));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/**
 * Returns the entries besides one. If they were read anew since it was taken from them, it is the one that says the
 * same; if there is none any more, all of them.
 */
export function besides(entries, entry) {
  const found = entries.includes(entry) ? entries.indexOf(entry) : entries.findIndex((one) => same(one) === same(entry));
  return entries.filter((_, i) => i !== found);
}

/** Returns what a draft would change: {added, removed, changed}. */
export function difference(base, draft) {
  const added = without(draft.entries, base.entries), removed = without(base.entries, draft.entries);
  return { added, removed, changed: added.length + removed.length > 0 };
}

/**
 * Puts the changes that a draft makes of its base onto what the heater has meanwhile.
 * What somebody else has taken away is not put back, unless the draft added it.
 */
export function rebase(base, draft, current) {
  const { added, removed } = difference(base, draft);
  const kept = without(current.entries, removed);
  return { ...current, entries: [...kept, ...without(added, kept)] };
}
