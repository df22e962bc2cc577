// The key of a device that is this browser: made here, kept by the browser, which gives it to nobody, not even this page.
import { sha256 } from '/proof/bytes.js';
import { EDDSA, ES256 } from '/proof/keys.js';
import { cbor } from './cbor.js';

const ED25519 = { name: 'Ed25519' };
const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

/** Whether pages get keys here at all: over HTTPS, or from the machine itself. */
export const givesKeys = () => window.isSecureContext && globalThis.crypto?.subtle !== undefined && globalThis.indexedDB !== undefined;

/** A new key of Ed25519, or of P-256 where the browser has no Ed25519. */
export async function makeKey() {
  try {
    return await keyOf(EDDSA, await crypto.subtle.generateKey(ED25519, false, ['sign', 'verify']));
  } catch {
    return keyOf(ES256, await crypto.subtle.generateKey(P256, false, ['sign', 'verify']));
  }
}

/** {alg, secret: CryptoKey, cose, thumbprint} */
export async function keyOf(alg, { privateKey, publicKey }) {
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  const cose = alg === EDDSA ? okp(raw) : ec2(raw.subarray(1, 33), raw.subarray(33));
  return { alg, secret: privateKey, cose, thumbprint: await sha256(cose) };
}

const okp = (x) => cbor.map(cbor.integer(1), cbor.integer(1), cbor.integer(-1), cbor.integer(6), cbor.integer(-2), cbor.bytes(x));
const ec2 = (x, y) => cbor.map(cbor.integer(1), cbor.integer(2), cbor.integer(-1), cbor.integer(1), cbor.integer(-2), cbor.bytes(x), cbor.integer(-3), cbor.bytes(y));

/** 64 bytes: R ‖ S, or r ‖ s. */
export async function sign({ alg, secret }, message) {
  const algorithm = alg === EDDSA ? ED25519 : { name: 'ECDSA', hash: 'SHA-256' };
  return new Uint8Array(await crypto.subtle.sign(algorithm, secret, message));
}

export const algorithmName = (alg) => (alg === EDDSA ? 'Ed25519' : 'P-256 (ES256)');
