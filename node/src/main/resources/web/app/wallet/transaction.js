// Transactions that a wallet in this browser signs (docs/formats.md §7): the same wishes that a node signs for its
// member, as actions of the ledger.
import { ascii, concat, unhex } from '/proof/bytes.js';
import { cbor } from '../device/cbor.js';
import { sign } from '../device/key.js';

const DOMAIN = ascii('ts-tx/1\0');
const NONCE_BYTES = 16;
const NOTHING = Uint8Array.of(0xf6);
const NO_BYTES = new Uint8Array(0);

const or = (value, written) => (value == null ? NOTHING : written(value));
const action = (type, ...body) => cbor.array(cbor.uint(type), cbor.array(...body));

/** Amounts in the smallest unit, times in ledger time. */
const ACTIONS = {
  transfer: ({ from, to, asset, amount, limit }) => action(24, cbor.text(from), cbor.text(to), cbor.text(asset), cbor.integer(amount), NOTHING, or(limit, cbor.integer)),
  hold: ({ from, payee, asset, amount, until }) => action(25, cbor.text(from), cbor.text(payee), cbor.text(asset), cbor.integer(amount), cbor.integer(until), NOTHING),
  capture: ({ number, amount }) => action(26, cbor.integer(number), cbor.integer(amount), NOTHING),
  release: ({ number }) => action(27, cbor.integer(number)),
  'set-limit': ({ owner, spender, asset, perDay, atOnce, purpose, payees, until }) =>
    action(28, cbor.text(owner), cbor.text(spender), cbor.text(asset), cbor.integer(perDay), cbor.integer(atOnce), or(purpose, cbor.text), cbor.array(...(payees ?? []).map(cbor.text)), cbor.integer(until)),
  'revoke-limit': ({ number }) => action(29, cbor.integer(number)),
  'open-channel': ({ payer, payee, asset, deposit, key, until, windowMs }) =>
    action(30, cbor.text(payer), cbor.text(payee), cbor.text(asset), cbor.integer(deposit), cbor.bytes(key), cbor.integer(until), cbor.integer(windowMs)),
  'top-up-channel': ({ number, amount }) => action(31, cbor.integer(number), cbor.integer(amount)),
  'close-channel': ({ number, voucher }) => action(32, cbor.integer(number), or(voucher, cbor.bytes)),
  'take-offer': ({ offer, values, accounts, renderer, textHash }) => action(52, cbor.integer(offer), cbor.bytes(values), cbor.array(...accounts.map(cbor.text)), cbor.integer(renderer), cbor.bytes(unhex(textHash))),
};

/** @param wish its `does` names the action @param validUntil block time after which the ledger does not take it */
export async function signTransaction(key, ledger, validUntil, wish) {
  const payload = cbor.map(
    cbor.uint(1), cbor.bytes(ledger),
    cbor.uint(2), cbor.bytes(crypto.getRandomValues(new Uint8Array(NONCE_BYTES))),
    cbor.uint(3), cbor.integer(validUntil),
    cbor.uint(4), cbor.array(cbor.bytes(key.thumbprint)),
    cbor.uint(5), cbor.array(ACTIONS[wish.does](wish)),
  );
  const signature = await sign(key, concat(DOMAIN, payload));
  return cbor.array(cbor.bytes(payload), cbor.array(cbor.array(cbor.bytes(key.thumbprint), cbor.uint(0), cbor.bytes(NO_BYTES), cbor.bytes(signature))));
}
