// A frame: COSE_Sign1 (RFC 9052 §4.2) over SenML-CBOR, signed by a device, a gateway or the member.
import { Unreadable, ascii, concat, sha256, u64 } from './bytes.js';
import { CborReader, write } from './cbor.js';
import { EDDSA, ES256 } from './keys.js';

const MAX_BYTES = 65536;
const MAX_PROTECTED = 256;
const COMMITMENT = ascii('ts-leaf/1\0');
const KIND_FRAME = Uint8Array.of(1);
const ENTRY = Uint8Array.of(1);
export const DEVICE_ID = /^[a-z0-9-]{1,32}:[a-z0-9-]{1,64}$/;

export function readFrame(bytes) {
  if (bytes.length > MAX_BYTES) throw new Unreadable('a frame that is too large');
  const cbor = new CborReader(bytes);
  cbor.arrayOf(4);
  const header = cbor.byteString(MAX_PROTECTED);
  cbor.map(0);
  const payload = cbor.byteString(MAX_BYTES);
  const signature = cbor.byteStringOf(64);
  cbor.expectEnd();
  return { bytes, header, payload, signature, ...readHeader(header) };
}

/** The labels stand in det-CBOR order: 1, 4, "d", "n", "p". */
function readHeader(bytes) {
  const cbor = new CborReader(bytes);
  let left = cbor.map(5);
  if (left === 0 || cbor.integer() !== 1) throw new Unreadable('frame header: label 1 (alg) is missing');
  const found = { alg: cbor.integer(), kid: null, device: null, n: 0, previous: null };
  if (found.alg !== EDDSA && found.alg !== ES256) throw new Unreadable('frame header: an unknown alg');
  left--;
  if (left > 0 && cbor.nextIsInteger()) {
    if (cbor.integer() !== 4) throw new Unreadable('frame header: an unknown label');
    found.kid = cbor.byteStringOf(8);
    left--;
  }
  let before = '';
  for (; left > 0; left--) {
    const label = cbor.text(1);
    if (label <= before) throw new Unreadable('frame header: labels out of order, or twice');
    before = label;
    if (label === 'd') found.device = cbor.text(100);
    else if (label === 'n') found.n = cbor.uint();
    else if (label === 'p') found.previous = cbor.uint();
    else throw new Unreadable('frame header: an unknown label');
  }
  cbor.expectEnd();
  if (found.device !== null && !DEVICE_ID.test(found.device)) throw new Unreadable('frame header: "d" is not a device');
  if (found.n < 1) throw new Unreadable('frame header: "n" is missing or 0');
  if (found.previous !== null && found.previous >= found.n) throw new Unreadable('frame header: "p" is not below "n"');
  return found;
}

/** What the key signed: the frame's parts, and what binds them to kind, ledger and key. */
export function sigStructure(frame, ledgerId, signer) {
  const external = write.array(
    write.text('thingstead'),
    write.uint(1),
    write.text('frame'),
    write.bytes(ledgerId),
    write.bytes(signer),
  );
  return write.array(write.text('Signature1'), write.bytes(frame.header), write.bytes(external), write.bytes(frame.payload));
}

/** The log's entry: what the log shows of the frame without the salt, which hides it. */
export async function logEntry({ salt, receivedMs, frame }) {
  return concat(ENTRY, await sha256(COMMITMENT, salt, KIND_FRAME, u64(receivedMs), frame.bytes));
}
