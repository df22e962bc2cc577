// Blocks of CometBFT: what their hashes and votes are made of, in its protobuf forms.
import { concat, equal, sha256, u64 } from './bytes.js';
import { verifySignature } from './keys.js';
import { treeRoot } from './merkle.js';

const utf8 = (text) => new TextEncoder().encode(text);
const EMPTY = new Uint8Array(0);
const PRECOMMIT = 2;

function varint(value) {
  const bytes = [];
  let left = BigInt(value);
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  bytes.push(Number(left));
  return Uint8Array.from(bytes);
}

/** Fields with default values are left out. */
const number = (field, value) => (value === 0 ? EMPTY : concat(varint(field << 3), varint(value)));
const fixed64 = (field, value) => (value === 0 ? EMPTY : concat(varint((field << 3) | 1), u64(value).reverse()));
/** Sub-messages are written when they are empty, too. */
const message = (field, value) => concat(varint((field << 3) | 2), varint(value.length), value);
const bytes = (field, value) => (value.length === 0 ? EMPTY : message(field, value));
const time = (seconds, nanos) => concat(number(1, seconds), number(2, nanos));
const blockId = (hash, total, parts) => concat(bytes(1, hash), message(2, concat(number(1, total), bytes(2, parts))));

/** The root of the tree over the header's fields. */
export function headerHash(header) {
  return treeRoot([
    concat(number(1, header.versionBlock), number(2, header.versionApp)),
    bytes(1, utf8(header.chainId)),
    number(1, header.height),
    time(header.seconds, header.nanos),
    blockId(header.lastBlockHash, header.lastPartsTotal, header.lastPartsHash),
    ...[
      header.lastCommitHash,
      header.dataHash,
      header.validatorsHash,
      header.nextValidatorsHash,
      header.consensusHash,
      header.appHash,
      header.lastResultsHash,
      header.evidenceHash,
      header.proposerAddress,
    ].map((field) => bytes(1, field)),
  ]);
}

/** The members in CometBFT's order: by power, the largest first, then by the hash of their keys. */
export async function ordered(members) {
  const named = await Promise.all(members.map(async (member) => ({ member, address: await sha256(member.engineKey.point) })));
  const before = (a, b) => {
    if (a.member.power !== b.member.power) return b.member.power - a.member.power;
    for (let i = 0; i < 20; i++) if (a.address[i] !== b.address[i]) return a.address[i] - b.address[i];
    return 0;
  };
  return named.sort(before).map((it) => it.member);
}

export const setHash = (members) =>
  treeRoot(members.map((m) => concat(message(1, bytes(1, m.engineKey.point)), number(2, m.power))));

/** Whether these, by their places, have more than two thirds of the power. */
export function isEnough(members, indexes) {
  const power = (of) => of.reduce((sum, member) => sum + BigInt(member.power), 0n);
  return 3n * power(indexes.map((index) => members[index])) > 2n * power(members);
}

/** Whether more than two thirds of the members' power signed this block, and nobody else. */
export async function certifies(certificate, members, chainId) {
  const { header, votes } = certificate;
  const set = await ordered(members);
  if (header.chainId !== chainId || !equal(header.validatorsHash, await setHash(set))) return false;
  const id = blockId(await headerHash(header), certificate.partsTotal, certificate.partsHash);
  for (const vote of votes) {
    const member = set[vote.index];
    if (member === undefined) return false;
    const canonical = concat(
      number(1, PRECOMMIT),
      fixed64(2, header.height),
      fixed64(3, certificate.round),
      message(4, id),
      message(5, time(vote.seconds, vote.nanos)),
      bytes(6, utf8(header.chainId)),
    );
    if (!(await verifySignature(member.engineKey, concat(varint(canonical.length), canonical), vote.signature))) return false;
  }
  return isEnough(
    set,
    votes.map((vote) => vote.index),
  );
}
