// What a list is asked for, as it stands in the address bar and as the node is asked; without names given: that of devices.

const FILTERS = ['q', 'state', 'role', 'trust', 'quantity', 'missing', 'within', 'sort', 'after'];

/** The query that the address holds; what is not there is empty. */
export function readQuery(search, names = FILTERS) {
  const given = new URLSearchParams(search);
  return Object.fromEntries(names.map((name) => [name, given.get(name) ?? '']));
}

/** As parameters, without those that say nothing. */
export function parameters(query, names = FILTERS) {
  return new URLSearchParams(names.filter((name) => query[name]).map((name) => [name, query[name]]));
}

/** Whether anything is searched or filtered. */
export const isNarrowed = ({ q, state, role, trust, quantity, missing, within }) => Boolean(q.trim() || state || role || trust || quantity || missing || within);

/** The same with another order: by that column, or the other way round where it is sorted by it already. */
export function sortedBy(query, column, firstDown) {
  const now = query.sort || 'name';
  const up = column;
  const down = '-' + column;
  const sort = now === up ? down : now === down ? up : firstDown ? down : up;
  return { ...query, sort, after: '' };
}

/** none, ascending or descending. */
export function orderOf(query, column) {
  const now = query.sort || 'name';
  if (now === column) return 'ascending';
  return now === '-' + column ? 'descending' : 'none';
}

/** One of several words with commas between them, switched. */
export function toggled(words, word) {
  const all = words ? words.split(',') : [];
  return (all.includes(word) ? all.filter((each) => each !== word) : [...all, word]).join(',');
}
