// Bytes and their texts: hex, base64url, big-endian numbers, SHA-256.

/** A file that is not of its form: nothing can be said about it. */
export class Unreadable extends Error {}

/** This browser cannot check what it was given; that is no verdict on the file. */
export class CannotCheck extends Unreadable {}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const DIGIT = new Map([...BASE64URL].map((c, i) => [c, i]));

export const ascii = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));

export const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

export function unhex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Base64url without padding in its one canonical form: no stray characters, unused bits zero. */
export function unbase64url(text) {
  if (text.length % 4 === 1) throw new Unreadable('data is not base64url');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (const c of text) {
    const digit = DIGIT.get(c);
    if (digit === undefined) throw new Unreadable('data is not base64url');
    held = (held << 6) | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >> bits;
      held &= (1 << bits) - 1;
    }
  }
  if (held !== 0) throw new Unreadable('data is not canonical base64url');
  return bytes;
}

export function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function u32(value) {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

export function u64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

export async function sha256(...parts) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new CannotCheck(
      'This browser gives this page no cryptography (WebCrypto). Open the page over https, from localhost, or from a file.',
    );
  }
  return new Uint8Array(await subtle.digest('SHA-256', concat(...parts)));
}
