// Claims a prepared name for this browser, with a key that it makes here (docs/formats.md §6).
import { unhex } from '/proof/bytes.js';
import { postJson } from '../ask.js';
import { possession } from './frames.js';

/** What a code is for. */
export const look = (code) => postJson('/v1/claims/look', { code });

/** @returns {device, ledger: bytes} once the ledger knows the key */
export async function claim(code, key) {
  const told = await look(code);
  const ledger = unhex(told.ledger);
  await postJson('/v1/claims', { code, key: base64url(key.cose), possession: base64url(await possession(key, ledger, told.device)) });
  return { device: told.device, ledger };
}

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
