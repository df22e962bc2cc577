// Public keys as COSE_Key, and the one signature predicate: Ed25519 with S < L,
// canonical points and a strong key, ES256 in range.
import { CannotCheck, Unreadable, concat, hex, sha256 } from './bytes.js';
import { CborReader } from './cbor.js';
import { L, isStrong } from './edwards.js';

export const EDDSA = -8;
export const ES256 = -7;

const MAX_REMEMBERED = 1000;
const ED25519_P = 2n ** 255n - 19n;
const P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Reads a COSE_Key in its one form; whether it is a point of the curve shows when it is used. */
export function readKey(bytes) {
  const cbor = new CborReader(bytes);
  const members = cbor.map(4);
  const expect = (label) => {
    if (cbor.integer() !== label) throw new Unreadable('not a COSE_Key');
  };
  expect(1);
  const type = cbor.integer();
  expect(-1);
  const curve = cbor.integer();
  expect(-2);
  const x = cbor.byteStringOf(32);
  if (type === 1 && curve === 6 && members === 3) {
    cbor.expectEnd();
    return { alg: EDDSA, point: x, bytes };
  }
  if (type !== 2 || curve !== 1 || members !== 4) throw new Unreadable('not a COSE_Key of Ed25519 or P-256');
  expect(-3);
  const y = cbor.byteStringOf(32);
  cbor.expectEnd();
  return { alg: ES256, point: concat(x, y), bytes };
}

/** RFC 9679. */
export const thumbprint = (key) => sha256(key.bytes);

export async function verifySignature(key, message, signature) {
  if (signature.length !== 64) return false;
  return key.alg === EDDSA ? verifyEd25519(key.point, message, signature) : verifyP256(key.point, message, signature);
}

async function verifyEd25519(point, message, signature) {
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= L || !isCanonical(r) || !isCanonical(point) || !isStrongKey(point)) return false;
  return ask({ name: 'Ed25519' }, { name: 'Ed25519' }, point, message, signature, 'Ed25519');
}

async function verifyP256(point, message, signature) {
  const inRange = (part) => {
    const value = bigEndian(part);
    return value > 0n && value < P256_N;
  };
  if (!inRange(signature.subarray(0, 32)) || !inRange(signature.subarray(32))) return false;
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const raw = concat(Uint8Array.of(4), point);
  return ask(algorithm, { name: 'ECDSA', hash: 'SHA-256' }, raw, message, signature, 'ECDSA P-256');
}

async function ask(importing, verifying, raw, message, signature, name) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new CannotCheck('This browser gives this page no cryptography (WebCrypto).');
  try {
    const key = await subtle.importKey('raw', raw, importing, false, ['verify']);
    return await subtle.verify(verifying, key, signature, message);
  } catch (e) {
    if (e?.name === 'NotSupportedError') {
      throw new CannotCheck('This browser cannot check ' + name + ' signatures. Use a newer one, or `thingstead verify`.');
    }
    // Not a point of the curve: nothing verifies with it.
    return false;
  }
}

const strongKeys = new Map();

/** Remembered, because it takes milliseconds and a page checks many proofs with the same few keys. */
function isStrongKey(point) {
  const name = hex(point);
  if (!strongKeys.has(name)) {
    if (strongKeys.size >= MAX_REMEMBERED) strongKeys.clear();
    strongKeys.set(name, isStrong(littleEndian(point)));
  }
  return strongKeys.get(name);
}

/** The y coordinate is below p, and x = 0 carries no sign bit. */
function isCanonical(encoded) {
  const value = littleEndian(encoded);
  const sign = value >> 255n;
  const y = value & (2n ** 255n - 1n);
  return y < ED25519_P && !(sign === 1n && (y === 1n || y === ED25519_P - 1n));
}

const bigEndian = (bytes) => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
const littleEndian = (bytes) => bigEndian(bytes.slice().reverse());
