// What a key of this browser signs: frames, and the proof that it is held (docs/formats.md §2 and §4).
import { cbor } from './cbor.js';
import { sign } from './key.js';

const EMPTY_MAP = Uint8Array.of(0xa0);
const KID_BYTES = 8;

/** A frame with number n for the key's own device. */
export function signFrame(key, ledger, n, payload) {
  const header = cbor.map(
    cbor.integer(1), cbor.integer(key.alg),
    cbor.integer(4), cbor.bytes(key.thumbprint.subarray(0, KID_BYTES)),
    cbor.text('n'), cbor.integer(n),
  );
  return sign1('frame', key, ledger, header, payload);
}

/** @param subject a device's id, or `member#wallet` */
export function possession(key, ledger, subject) {
  return sign1('possession', key, ledger, cbor.map(cbor.integer(1), cbor.integer(key.alg)), cbor.array(cbor.text(subject)));
}

/** COSE_Sign1 of a kind. */
export async function sign1(kind, key, ledger, header, payload) {
  const external = cbor.array(cbor.text('thingstead'), cbor.uint(1), cbor.text(kind), cbor.bytes(ledger), cbor.bytes(key.thumbprint));
  const signed = cbor.array(cbor.text('Signature1'), cbor.bytes(header), cbor.bytes(external), cbor.bytes(payload));
  return cbor.array(cbor.bytes(header), EMPTY_MAP, cbor.bytes(payload), cbor.bytes(await sign(key, signed)));
}
