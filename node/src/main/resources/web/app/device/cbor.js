// What of det-CBOR a device writes beside what a verifier does: integers up to 2^53, maps, floats.
import { concat } from '/proof/bytes.js';
import { write } from '/proof/cbor.js';
import { nearestHalf } from '/proof/floats.js';

const [UINT, NEGINT, MAP] = [0, 1, 5];

/** A head with an argument of any width. */
function head(major, argument) {
  if (argument < 2 ** 32) {
    const short = write.uint(argument);
    short[0] |= major << 5;
    return short;
  }
  const bytes = new Uint8Array(9);
  bytes[0] = (major << 5) | 27;
  new DataView(bytes.buffer).setBigUint64(1, BigInt(argument));
  return bytes;
}

export const cbor = {
  ...write,
  integer: (value) => (value < 0 ? head(NEGINT, -1 - value) : head(UINT, value + 0)),
  bool: (value) => Uint8Array.of(value ? 0xf5 : 0xf4),
  /** @param pairs keys and values in turn, written, in the order of the keys */
  map: (...pairs) => concat(head(MAP, pairs.length / 2), ...pairs),
  half: (value) => {
    const bits = halfBits(nearestHalf(value));
    return Uint8Array.of(0xf9, bits >> 8, bits & 255);
  },
  single: (value) => float(0xfa, 4, (view) => view.setFloat32(1, value)),
  double: (value) => float(0xfb, 8, (view) => view.setFloat64(1, value)),
};

function float(first, width, set) {
  const bytes = new Uint8Array(1 + width);
  bytes[0] = first;
  set(new DataView(bytes.buffer));
  return bytes;
}

/** Of a value that is a half exactly. */
function halfBits(value) {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) << 10) | (size * 2 ** (10 - exponent) - 1024);
}
