// RFC 9162 inclusion, and presence in the ledger's state map.
import { Unreadable, ascii, sha256 } from './bytes.js';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const EMPTY = new Uint8Array(32);

export const leafHash = (entry) => sha256(LEAF, entry);
const nodeHash = (left, right) => sha256(NODE, left, right);

/** The root of the tree over these leaves. */
export async function treeRoot(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leafHash(leaves[0]);
  const left = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(await treeRoot(leaves.slice(0, left)), await treeRoot(leaves.slice(left)));
}

/** The root that the path leads to (RFC 9162 §2.1.3.2), or null when it does not fit index and size. */
export async function rootFromInclusion(hash, index, size, path) {
  if (index >= size) return null;
  let fn = BigInt(index);
  let sn = BigInt(size) - 1n;
  let r = hash;
  for (const p of path) {
    if (sn === 0n) return null;
    if (fn & 1n || fn === sn) {
      r = await nodeHash(p, r);
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      r = await nodeHash(r, p);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n ? r : null;
}

const bit = (bits, i) => (bits[i >> 3] >> (7 - (i & 7))) & 1;

/** A state proof of presence, read at the reader's place; the siblings from the root down, null where empty. */
export function readPresence(cbor) {
  cbor.arrayOf(4);
  const depth = cbor.uint();
  if (depth > 256) throw new Unreadable('a state proof too deep');
  const bitmap = cbor.byteStringOf(Math.ceil(depth / 8));
  const count = cbor.array(depth);
  const present = [];
  for (let i = 0; i < count; i++) {
    const sibling = cbor.byteStringOf(32);
    if (sibling.every((b) => b === 0)) throw new Unreadable('an empty sibling that is marked as present');
    present.push(sibling);
  }
  if (cbor.uint() !== 0) throw new Unreadable('not a proof of presence');
  const siblings = [];
  for (let i = 0; i < bitmap.length * 8; i++) {
    if (i < depth) siblings.push(bit(bitmap, i) ? present.shift() : null);
    else if (bit(bitmap, i)) throw new Unreadable('unused bits are not zero');
  }
  if (present.length > 0 || siblings.includes(undefined)) throw new Unreadable('bitmap and siblings do not fit');
  return siblings;
}

/** The state root under which `key` has `value`. */
export async function stateRoot(siblings, key, value) {
  const path = await sha256(key);
  let hash = await sha256(LEAF, path, await sha256(value));
  for (let i = siblings.length - 1; i >= 0; i--) {
    const sibling = siblings[i] ?? EMPTY;
    hash = bit(path, i) ? await nodeHash(sibling, hash) : await nodeHash(hash, sibling);
  }
  return hash;
}

const APP = ascii('thingstead/app/1\0');

/** The one hash that binds all events and all state. */
export const appHash = (rulesVersion, eventsSize, eventsRoot, root) => sha256(APP, rulesVersion, eventsSize, eventsRoot, root);
