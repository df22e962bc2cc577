// How a device stands: by how long it has been silent, measured against how often it speaks.

const WORDS = { live: 'live', late: 'late', silent: 'silent', never: 'never heard' };
const MARKS = { live: '●', late: '○', silent: '✕', never: '·' };
const DULL = new Set(['lat', 'lon', 'battery', 'shock']);

/** live, late, silent or never. The node says after how long a silence each device is late, and silent. */
export function stateOf({ receivedMs, lateAfterMs, silentAfterMs }, now) {
  if (!receivedMs) return 'never';
  const silence = now - receivedMs;
  if (silence <= lateAfterMs) return 'live';
  return silence <= silentAfterMs ? 'late' : 'silent';
}

export const stateWord = (state) => WORDS[state];
export const stateMark = (state) => MARKS[state];

/** The reading that stands for the device where there is room for one. */
export function mainReading(device) {
  const all = [...device.readings.values()];
  return all.find(({ name }) => name === 'temperature') ?? all.find(({ name }) => !DULL.has(name)) ?? all[0] ?? null;
}

/** Quantities in the order in which they matter. */
export function quantities(device) {
  const main = mainReading(device)?.name;
  const rank = ({ name }) => (name === main ? 0 : DULL.has(name) ? 2 : 1);
  return [...device.readings.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
