// Amounts of money as decimal texts, counted exactly, and accounts as people write them.
import { html } from 'lit';

const MOST = 2n ** 53n - 1n;
const AMOUNT = /^\d{1,16}(\.\d{1,9})?$/;
const ACCOUNT = /^(member\/[a-z0-9-]{1,32}|device\/[a-z0-9-]{1,32}:[a-z0-9-]{1,64}|key\/[0-9a-f]{64}|(contract|channel)\/[1-9]\d{0,15})$/;

/** As a whole number of the smallest unit. */
export function units(text, decimals) {
  const [, sign, whole, rest = ''] = text.match(/^(-?)(\d+)(?:\.(\d+))?$/);
  const value = BigInt(whole + rest.padEnd(decimals, '0'));
  return sign ? -value : value;
}

/** The decimal text of a whole number of the smallest unit. */
export function text(value, decimals) {
  const digits = String(value < 0n ? -value : value).padStart(decimals + 1, '0');
  const cut = digits.length - decimals;
  return (value < 0n ? '-' : '') + digits.slice(0, cut) + (decimals ? '.' + digits.slice(cut) : '');
}

const decimalsOf = (written) => written.split('.')[1]?.length ?? 0;

/** Of two texts of one asset. */
export function difference(more, less) {
  const decimals = Math.max(decimalsOf(more), decimalsOf(less));
  return text(units(more, decimals) - units(less, decimals), decimals);
}

export function total(texts) {
  const decimals = Math.max(0, ...texts.map(decimalsOf));
  return text(texts.reduce((sum, each) => sum + units(each, decimals), 0n), decimals);
}

export const isNothing = (amount) => /^-?[0.]*$/.test(amount);
export const isNegative = (amount) => amount.startsWith('-') && !isNothing(amount);

/** For people: thousands apart, a real minus. */
export function sum(amount) {
  const [whole, rest] = amount.split('.');
  return whole.replace('-', '−').replace(/\B(?=(\d{3})+$)/g, ',') + (rest ? '.' + rest : '');
}

/** An amount that somebody typed, with all its decimals; an error says what is wrong with it. */
export function amountOf(typed, asset) {
  const trimmed = typed.trim();
  if (!AMOUNT.test(trimmed)) throw new Error(`“${typed}” is no amount: digits, with a point before the decimals, such as 12.50.`);
  if (decimalsOf(trimmed) > asset.decimals) throw new Error(`${asset.asset} has ${asset.decimals === 0 ? 'no decimals' : asset.decimals === 1 ? 'one decimal' : `at most ${asset.decimals} decimals`}.`);
  const value = units(trimmed, asset.decimals);
  if (value === 0n) throw new Error('Nothing is no amount.');
  if (value > MOST) throw new Error('That is more than the ledger counts.');
  return text(value, asset.decimals);
}

/** An account that somebody typed: `acme`, `acme:box`, `key/…`, or the ledger's own form. */
export function accountOf(typed) {
  const trimmed = typed.trim();
  const full = /^[0-9a-f]{64}$/.test(trimmed) ? 'key/' + trimmed : trimmed.includes('/') ? trimmed : (trimmed.includes(':') ? 'device/' : 'member/') + trimmed;
  if (!ACCOUNT.test(full)) throw new Error(`“${typed}” is no account: a member (acme), a device (acme:box), or a wallet (key/ and 64 hex digits).`);
  return full;
}

/** Short, as the ledger’s own words have it: `acme`, `acme:box`, `wallet 0123456789abcdef`, `contract 3`. */
export function accountName(account) {
  const [kind, name] = account.split('/');
  if (kind === 'key') return 'wallet ' + name.slice(0, 16);
  return kind === 'member' || kind === 'device' ? name : `${kind} ${name}`;
}

export const accountPath = (account) => '/api/accounts/' + account;
export const accountLink = (account) => html`<a href="/money#account/${account}" title=${account}>${accountName(account)}</a>`;
export const eventLink = (number, words) => html`<a href="/ledger#event/${number}">${words ?? 'event ' + number}</a>`;
