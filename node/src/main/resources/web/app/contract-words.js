// How contracts are written for people.
import { html } from 'lit';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** How long it still is, in two units. */
export function left(ms) {
  if (ms < 1000) return 'no time';
  const first = UNITS.findIndex(([, size]) => ms >= size);
  const [word, size] = UNITS[first];
  const whole = Math.floor(ms / size);
  const next = UNITS[first + 1];
  const rest = next ? Math.floor((ms % size) / next[1]) : 0;
  return `${whole} ${word}${rest ? ` ${rest} ${next[0]}` : ''}`;
}

const STATUS = { draft: 'draft', running: 'running', ended: 'ended', withdrawn: 'withdrawn', replaced: 'replaced' };

export const statusWord = (status) => STATUS[status] ?? status;

/** An account, of which a wallet’s is long. */
export const shortAccount = (id) => id.replace(/^(key\/.{16}).*/, '$1…');

/** As a sentence begins. */
export const first = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Names with commas and an “and”. */
export const list = (names) => (names.length < 2 ? names.join('') : names.slice(0, -1).join(', ') + ' and ' + names.at(-1));

/** A contract’s name as words: `not_in_time` → `not in time`. */
export const plain = (name) => name.replaceAll('_', ' ');

/** An amount with its asset, as a cell of a table. */
export function money(text) {
  const [amount, asset] = text.split(' ');
  return html`${amount} <span class="unit">${asset}</span>`;
}

/** Whether an amount is over or under nothing. */
export const sign = (text) => (!/[1-9]/.test(text.split(' ')[0]) ? '' : text.startsWith('-') ? 'minus' : 'plus');

/** Names in quotation marks as words. */
export const quoted = (text) => text.replace(/“[a-z0-9_]+”/g, plain);

/** What leads to a step, of a contract that is on the ledger. */
export function because({ type, way, party, shown, from, to, paid }) {
  if (type === 'contract-begun') return 'all have signed';
  if (way.startsWith('replaced by')) return `it was ${way}`;
  if (way === 'the deadline') return `the deadline of “${plain(from)}” has come`;
  if (way === 'readings not delivered') return 'what was demanded was not delivered';
  if (way === 'readings demanded') return `${party} demands readings`;
  if (way === 'time paused') return `${party} pauses its time`;
  if (way === 'time resumed') return party ? `${party} lets its time go on` : 'the pause is over';
  if (way === 'shown in part') return `${party} shows a part of what must last`;
  if (way === 'readings delivered in part') return `${party} delivers a part of what is demanded`;
  if (way === 'readings delivered') return `${party} delivers what is demanded`;
  return `${party} ${shown ? 'shows readings for' : paid.some((each) => each.in) ? 'pays' : 'signs'} “${plain(way)}”`;
}
