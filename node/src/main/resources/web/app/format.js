// How values, units and times are written for people.

const SYMBOLS = { Cel: '°C', '%RH': '% RH', '%EL': '%', 'm/s2': 'm/s²', m2: 'm²', m3: 'm³', lat: '°', lon: '°', 1: '', '/': '', count: '', degF: '°F', Ohm: 'Ω', 'l/s': 'L/s', l: 'L', 'kW.h': 'kWh' };
const DIGITS = [0, 1, 2, 3, 4, 5].map((digits) => new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TRUST = {
  'device-signed': { short: 'signed', long: 'signed by the device itself' },
  'gateway-signed': { short: 'gateway', long: 'signed by a gateway on behalf of the device' },
  'member-attested': { short: 'attested', long: 'signed by the member, which alone says that the device sent it' },
};

export const unit = (text) => (text == null ? '' : (SYMBOLS[text] ?? text));
export const trust = (level) => TRUST[level] ?? { short: level, long: level };
export const count = (number) => WHOLE.format(number);

/** A reading's value without its unit. */
export function value({ name, unit: measured, value: raw }) {
  if (typeof raw === 'boolean') return flagWords(name)[Number(raw)];
  if (typeof raw !== 'number') return String(raw);
  return decimal(raw, measured === 'lat' || measured === 'lon' ? 4 : undefined);
}

/** Four figures that count, and steady in width while a value wobbles. */
export function decimal(number, digits) {
  if (digits !== undefined) return DIGITS[digits].format(number);
  const size = Math.abs(number);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return number.toPrecision(4);
  return DIGITS[size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3].format(number);
}

const FLAGS = { occupied: ['free', 'occupied'], locked: ['open', 'locked'], running: ['stopped', 'running'], door: ['closed', 'open'] };

/** What false and true are called. */
export const flagWords = (name) => FLAGS[name.split(/[:/]/).at(-1)] ?? ['no', 'yes'];

export function rate(perSecond) {
  return perSecond >= 1000 ? WHOLE.format(perSecond) : decimal(perSecond, perSecond >= 100 ? 0 : 1);
}

export function bytes(size) {
  if (size < 1e6) return decimal(size / 1e3, 0) + ' kB';
  return size < 1e9 ? decimal(size / 1e6, 1) + ' MB' : decimal(size / 1e9, 2) + ' GB';
}

export function age(ms) {
  if (ms < 1500) return 'now';
  if (ms < 99_500) return Math.round(ms / 1000) + ' s';
  if (ms < 90 * 60_000) return Math.round(ms / 60_000) + ' min';
  if (ms < 36 * 3_600_000) return Math.round(ms / 3_600_000) + ' h';
  return Math.round(ms / 86_400_000) + ' d';
}

/** An age as it stands in a sentence. */
export const ago = (ms) => (ms < 1500 ? 'now' : age(ms) + ' ago');

export function duration(ms) {
  return ms < 10_000 ? decimal(ms / 1000, 1) + ' s' : age(ms);
}

export const clock = (ms) => new Date(ms).toLocaleTimeString('en-GB');
export const moment = (ms) => new Date(ms).toISOString().replace('T', ' ').replace(/\.\d+Z/, ' UTC');
export const shortName = (device) => device.slice(device.indexOf(':') + 1);
