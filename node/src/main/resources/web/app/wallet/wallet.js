// A wallet that this browser is: its key, made here and given to nobody, not even to this page; what it signs is handed
// in by the node. The same key signs vouchers of channels, its own and those that its member opened with it.
import { hex, unbase64url, unhex } from '/proof/bytes.js';
import { possession } from '../device/frames.js';
import { givesKeys, makeKey } from '../device/key.js';
import { store } from '../store.js';
import { sendBytes } from '../ask.js';
import { units } from '../money-words.js';
import { signTransaction } from './transaction.js';
import { signVoucher } from './voucher.js';

const NAME = 'thingstead-wallet';
const SELF = 'self';
const VOUCHERS = 'vouchers';
const VALID_MS = 120_000;

export const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

class BrowserWallet {
  /** {alg, secret, cose, thumbprint}, or null where this browser has none. */
  key = null;
  #opening = null;

  /** Looks for the key once; null where there is none, or where browsers give none. */
  async find() {
    if (!givesKeys()) return null;
    this.#opening ??= this.#open();
    await this.#opening;
    return this.key;
  }

  async #open() {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => [SELF, VOUCHERS].forEach((name) => opening.result.createObjectStore(name));
    this.database = await result(opening);
    this.key = (await result(this.database.transaction(SELF).objectStore(SELF).get(SELF))) ?? null;
  }

  /** Makes the key, unless there is one, which stays. On disk when this returns. */
  async make() {
    await this.find();
    if (this.key) return this.key;
    const made = await makeKey();
    await this.#change([SELF], async ({ self }) => {
      this.key = (await result(self.get(SELF))) ?? made;
      self.put(this.key, SELF);
    });
    // else the browser may clear it when space is short
    navigator.storage?.persist?.();
    return this.key;
  }

  /** The key is gone after this, for good, and with it whatever its account has. */
  async forget() {
    await this.#change([SELF, VOUCHERS], async (stores) => Object.values(stores).forEach((each) => each.clear()));
    this.key = null;
  }

  async #change(names, change) {
    const transaction = this.database.transaction(names, 'readwrite', { durability: 'strict' });
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error('not kept'));
    });
    await change(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    await ended;
  }

  get thumbprint() {
    return this.key ? hex(this.key.thumbprint) : '';
  }

  get account() {
    return this.key ? 'key/' + this.thumbprint : '';
  }

  get ledger() {
    return unhex(store.status.ledger.id);
  }

  /** What the member needs to open the account. */
  async asks(member) {
    return { key: base64url(this.key.cose), possession: base64url(await possession(this.key, this.ledger, member + '#wallet')) };
  }

  /**
   * Signs what is wished and has the node hand it in.
   * @param decimals of the asset @param nowMs ledger time
   */
  async wish(wish, { decimals, nowMs }) {
    const amounts = Object.fromEntries(['amount', 'deposit', 'perDay', 'atOnce'].filter((name) => wish[name] !== undefined).map((name) => [name, Number(units(wish[name], decimals))]));
    const bytes = Object.fromEntries(['key', 'voucher', 'values'].filter((name) => wish[name] !== undefined).map((name) => [name, unbase64url(wish[name])]));
    const until = wish.forMs === undefined ? undefined : Math.round(nowMs) + wish.forMs;
    const validUntil = Math.round(Math.max(store.now(), store.status.ledger.blockTime)) + VALID_MS;
    return sendBytes('/api/transactions', await signTransaction(this.key, this.ledger, validUntil, { ...wish, ...amounts, ...bytes, until }), 'application/cbor');
  }

  #voucherName(channel) {
    return `${store.status.ledger.id}/${channel}`;
  }

  /** The most that a voucher of this browser says of a channel, in the smallest unit; 0 for none. */
  async signed(channel) {
    await this.find();
    return (await result(this.database.transaction(VOUCHERS).objectStore(VOUCHERS).get(this.#voucherName(channel)))) ?? 0;
  }

  /** A voucher over so much in all, kept as signed before anybody sees it. */
  async voucher(channel, amount) {
    const signed = await signVoucher(this.key, this.ledger, channel, amount);
    await this.#change([VOUCHERS], async ({ vouchers }) => {
      const before = (await result(vouchers.get(this.#voucherName(channel)))) ?? 0;
      vouchers.put(Math.max(before, amount), this.#voucherName(channel));
    });
    return base64url(signed);
  }
}

export const wallet = new BrowserWallet();
