// Vouchers of payment channels (docs/formats.md §2): signed with this browser’s key, and read.
import { unbase64url } from '/proof/bytes.js';
import { CborReader } from '/proof/cbor.js';
import { cbor } from '../device/cbor.js';
import { sign1 } from '../device/frames.js';

const MOST_BYTES = 128;

/** @param amount in all since the channel was opened, in the asset's smallest unit */
export const signVoucher = (key, ledger, channel, amount) => sign1('voucher', key, ledger, cbor.map(cbor.integer(1), cbor.integer(key.alg)), cbor.array(cbor.integer(channel), cbor.integer(amount)));

/** What a voucher says; who signed it only the ledger tells. */
export function readVoucher(text) {
  const bytes = unbase64url(text);
  const outer = new CborReader(bytes);
  outer.arrayOf(4);
  outer.byteString(MOST_BYTES);
  outer.map(0);
  const payload = new CborReader(outer.byteString(MOST_BYTES));
  outer.byteStringOf(64);
  outer.expectEnd();
  payload.arrayOf(2);
  const read = { channel: payload.uint(), amount: payload.uint() };
  payload.expectEnd();
  return read;
}
