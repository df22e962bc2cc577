// The small JSON of trust and proof files, read strictly: ASCII, no escapes, whole numbers, no member twice.
import { Unreadable } from './bytes.js';

const MAX_BYTES = 262144;
const MAX_LEVELS = 8;
const [TAB, NEWLINE, RETURN, BLANK, QUOTE, BACKSLASH] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x5c];
const [ZERO, NINE] = [0x30, 0x39];
const ASCII = new TextDecoder();

/** Objects become Maps, so that no name is special. */
export function readJson(bytes) {
  if (bytes.length > MAX_BYTES) throw new Unreadable('longer than ' + MAX_BYTES + ' bytes');
  for (const b of bytes) {
    const allowed = (b >= BLANK && b < 0x7f && b !== BACKSLASH) || b === TAB || b === NEWLINE || b === RETURN;
    if (!allowed) throw new Unreadable('a byte that is not allowed: ' + b);
  }
  const reader = new JsonReader(bytes);
  const value = reader.value(1);
  reader.skipWhiteSpace();
  if (reader.at !== bytes.length) throw new Unreadable('something after the end');
  return value;
}

class JsonReader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  value(level) {
    this.skipWhiteSpace();
    switch (String.fromCharCode(this.peek())) {
      case '{':
        return this.object(level);
      case '[':
        return this.array(level);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  object(level) {
    this.open(level);
    const members = new Map();
    this.skipWhiteSpace();
    if (this.taken('}')) return members;
    do {
      this.skipWhiteSpace();
      const name = this.string();
      this.skipWhiteSpace();
      this.require(':');
      const value = this.value(level + 1);
      if (members.has(name)) throw new Unreadable('member twice: ' + name);
      members.set(name, value);
      this.skipWhiteSpace();
    } while (this.taken(','));
    this.require('}');
    return members;
  }

  array(level) {
    this.open(level);
    const elements = [];
    this.skipWhiteSpace();
    if (this.taken(']')) return elements;
    do {
      elements.push(this.value(level + 1));
      this.skipWhiteSpace();
    } while (this.taken(','));
    this.require(']');
    return elements;
  }

  open(level) {
    if (level > MAX_LEVELS) throw new Unreadable('deeper than ' + MAX_LEVELS + ' levels');
    this.at++;
  }

  string() {
    this.require('"');
    const from = this.at;
    while (this.peek() !== QUOTE) {
      if (this.peek() < BLANK) throw new Unreadable('white space other than the blank in a string');
      this.at++;
    }
    return ASCII.decode(this.bytes.subarray(from, this.at++));
  }

  number() {
    const from = this.at;
    while (this.at < this.bytes.length && this.bytes[this.at] >= ZERO && this.bytes[this.at] <= NINE) this.at++;
    const digits = ASCII.decode(this.bytes.subarray(from, Math.min(this.at, from + 17)));
    if (!/^(0|[1-9][0-9]{0,15})$/.test(digits)) throw new Unreadable('no value at byte ' + from);
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) throw new Unreadable('a number over 2^53 - 1');
    return value;
  }

  word(word, value) {
    for (const c of word) this.require(c);
    return value;
  }

  skipWhiteSpace() {
    while ([TAB, NEWLINE, RETURN, BLANK].includes(this.bytes[this.at])) this.at++;
  }

  taken(c) {
    if (this.bytes[this.at] !== c.charCodeAt(0)) return false;
    this.at++;
    return true;
  }

  require(c) {
    if (!this.taken(c)) throw new Unreadable("'" + c + "' expected at byte " + this.at);
  }

  peek() {
    if (this.at >= this.bytes.length) throw new Unreadable('ends too early');
    return this.bytes[this.at];
  }
}

/** Takes members out of an object by name and type; `done` refuses what is left. */
export class Members {
  constructor(of, json) {
    if (!(json instanceof Map)) throw new Unreadable(of + ': an object expected');
    this.of = of;
    this.left = new Map(json);
  }

  take(name, wanted, fits) {
    if (!this.left.has(name)) throw new Unreadable(this.of + ': member ' + name + ' is missing');
    const value = this.left.get(name);
    this.left.delete(name);
    if (!fits(value)) throw new Unreadable(this.of + ': member ' + name + ' must be ' + wanted);
    return value;
  }

  text = (name) => this.take(name, 'a string', (v) => typeof v === 'string');
  number = (name) => this.take(name, 'a number', (v) => typeof v === 'number');
  flag = (name) => this.take(name, 'true or false', (v) => typeof v === 'boolean');
  list = (name) => this.take(name, 'an array', (v) => Array.isArray(v));
  matching = (name, form, wanted) => this.take(name, wanted, (v) => typeof v === 'string' && form.test(v));

  format(wanted) {
    if (this.text('format') !== wanted) throw new Unreadable(this.of + ': format is not ' + wanted);
  }

  done() {
    if (this.left.size > 0) throw new Unreadable(this.of + ': unknown members ' + [...this.left.keys()]);
  }
}
