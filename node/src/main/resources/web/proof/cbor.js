// A bounded reader of CBOR (RFC 8949). Strict, it takes only det-CBOR; lenient, also longer heads, floats and arrays and
// maps of indefinite length, as SenML encoders write them. And a small writer for what is signed.
import { Unreadable, concat } from './bytes.js';

export const NEGINT = 1;
const [UINT, BYTES, TEXT, ARRAY, MAP, TAG] = [0, 2, 3, 4, 5, 6];
const INDEFINITE = -1;

const NULL = 0xf6;
const BREAK = 0xff;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class CborReader {
  constructor(bytes, { lenient = false } = {}) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.lenient = lenient;
    this.at = 0;
  }

  expectEnd() {
    if (this.at !== this.bytes.length) throw new Unreadable('bytes after the end');
  }

  major() {
    return this.peek() >> 5;
  }

  nextIsInteger() {
    return this.major() <= NEGINT;
  }

  /** An integer up to 2^53 - 1 in size as a number, a larger one as a BigInt. */
  integer() {
    if (!this.nextIsInteger()) throw new Unreadable('integer expected');
    const negative = this.major() === NEGINT;
    const value = this.argument(negative ? NEGINT : UINT);
    if (!negative) return value;
    return typeof value === 'bigint' || value === Number.MAX_SAFE_INTEGER ? -1n - BigInt(value) : -1 - value;
  }

  /** A uint up to 2^53 - 1, the most that proofs use. */
  uint() {
    const value = this.argument(UINT);
    if (typeof value === 'bigint') throw new Unreadable('number over 2^53 - 1');
    return value;
  }

  uintOrNull() {
    if (this.peek() !== NULL) return this.uint();
    this.at++;
    return null;
  }

  boolean() {
    const b = this.next();
    if (b !== 0xf4 && b !== 0xf5) throw new Unreadable('boolean expected');
    return b === 0xf5;
  }

  byteString(max) {
    const length = this.length(BYTES, max);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  byteStringOf(exactly) {
    const value = this.byteString(exactly);
    if (value.length !== exactly) throw new Unreadable(exactly + ' bytes expected');
    return value;
  }

  text(max) {
    const length = this.length(TEXT, max);
    this.at += length;
    try {
      return UTF8.decode(this.bytes.subarray(this.at - length, this.at));
    } catch {
      throw new Unreadable('text is not UTF-8');
    }
  }

  array(max) {
    return this.count(ARRAY, max);
  }

  arrayOf(exactly) {
    if (this.count(ARRAY, exactly) !== exactly) throw new Unreadable('array of ' + exactly + ' expected');
  }

  map(max) {
    return this.count(MAP, max);
  }

  /** Calls `each` for every element of a container of this count. */
  repeat(count, max, each) {
    for (let i = 0; count === INDEFINITE ? !this.break() : i < count; i++) {
      if (i === max) throw new Unreadable('more than ' + max + ' elements');
      each();
    }
  }

  break() {
    if (this.peek() !== BREAK) return false;
    this.at++;
    return true;
  }

  /** A finite number and how many bytes its float has, 0 for an integer (lenient only). */
  number() {
    if (this.nextIsInteger()) return { value: Number(this.integer()), width: 0 };
    const head = this.next();
    if (head < 0xf9 || head > 0xfb) throw new Unreadable('number expected');
    const width = 1 << (head - 0xf8);
    const from = this.take(width);
    const value =
      width === 2 ? half(this.view.getUint16(from)) : width === 4 ? this.view.getFloat32(from) : this.view.getFloat64(from);
    if (!Number.isFinite(value)) throw new Unreadable('a finite number expected');
    return { value, width };
  }

  /** Reads over an item of any kind whose value is ignored (lenient only), at most `depth` levels deep. */
  skip(depth) {
    if (depth === 0) throw new Unreadable('nested too deep');
    const major = this.major();
    if (major <= NEGINT) {
      this.argument(major);
    } else if (major <= TEXT) {
      const length = this.length(major, Infinity);
      this.at += length;
    } else if (major <= MAP) {
      const count = this.count(major, Infinity);
      this.repeat(count, Infinity, () => {
        this.skip(depth - 1);
        if (major === MAP) this.skip(depth - 1);
      });
    } else if (major === TAG) {
      throw new Unreadable('tags are not allowed');
    } else {
      const head = this.next();
      if (head >= 0xf9 && head <= 0xfb) this.take(1 << (head - 0xf8));
      else if (head < 0xf4 || head > NULL) throw new Unreadable('simple value not allowed');
    }
  }

  peek() {
    if (this.at >= this.bytes.length) throw new Unreadable('ends too early');
    return this.bytes[this.at];
  }

  next() {
    const b = this.peek();
    this.at++;
    return b;
  }

  take(width) {
    if (width > this.bytes.length - this.at) throw new Unreadable('ends too early');
    this.at += width;
    return this.at - width;
  }

  length(major, max) {
    const length = this.argument(major);
    if (length > this.bytes.length - this.at) throw new Unreadable('ends too early');
    if (length > max) throw new Unreadable('longer than ' + max + ' bytes');
    return length;
  }

  count(major, max) {
    if (this.lenient && this.peek() === ((major << 5) | 31)) {
      this.at++;
      return INDEFINITE;
    }
    const count = this.argument(major);
    if (count > this.bytes.length - this.at) throw new Unreadable('ends too early');
    if (count > max) throw new Unreadable('more than ' + max + ' elements');
    return count;
  }

  argument(major) {
    const head = this.next();
    if (head >> 5 !== major) throw new Unreadable('unexpected type ' + (head >> 5) + ', expected ' + major);
    const info = head & 31;
    if (info < 24) return info;
    if (info > 27) throw new Unreadable('bad head');
    const width = 1 << (info - 24);
    const from = this.take(width);
    const value =
      width === 1
        ? this.view.getUint8(from)
        : width === 2
          ? this.view.getUint16(from)
          : width === 4
            ? this.view.getUint32(from)
            : this.view.getBigUint64(from);
    if (value >= 2n ** 63n) throw new Unreadable('integer over 63 bits');
    if (!this.lenient && value < (width === 1 ? 24 : 2 ** (width * 4))) throw new Unreadable('head is not the shortest');
    return typeof value === 'bigint' && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }
}

/** A half float (IEEE 754 binary16). */
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function head(major, value) {
  const top = major << 5;
  if (value < 24) return Uint8Array.of(top | value);
  if (value < 0x100) return Uint8Array.of(top | 24, value);
  if (value < 0x10000) return Uint8Array.of(top | 25, value >> 8, value & 255);
  return Uint8Array.of(top | 26, value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255);
}

/** Writers of det-CBOR items; numbers and lengths below 2^32. */
export const write = {
  uint: (value) => head(UINT, value),
  bytes: (value) => concat(head(BYTES, value.length), value),
  text: (value) => {
    const utf8 = new TextEncoder().encode(value);
    return concat(head(TEXT, utf8.length), utf8);
  },
  array: (...items) => concat(head(ARRAY, items.length), ...items),
};
