// Verifies a proof file against a trust file, step by step as the formats document numbers them. Pure: no network, no
// clock; it believes the trust file and nothing else.
import { Unreadable, ascii, equal, hex, u32, u64 } from './bytes.js';
import { allows, isCertified } from './certify.js';
import { ordered } from './comet.js';
import { readProofFile, readTrustFile } from './files.js';
import { DEVICE_ID, logEntry, sigStructure } from './frame.js';
import { thumbprint, verifySignature } from './keys.js';
import { follow } from './links.js';
import { appHash, leafHash, rootFromInclusion, stateRoot } from './merkle.js';
import { eraOf, isOfMany, membersAt, whoAloneNamed } from './trust.js';
import { claimOf, notProven, unreadableReport, words } from './words.js';

const CHECKPOINT_ANCHORED = 7;
const EXIT_CODES = { proven: 0, 'proven-by-one-member': 0, 'accepted-before-revocation': 1, false: 1, unreadable: 2 };

/** From the files' bytes to {verdict, exitCode, steps, claim, trustAsOf, notProven}. */
export async function verifyProof(proofBytes, trustBytes) {
  try {
    const trust = readTrustFile(trustBytes);
    const proof = readProofFile(proofBytes);
    return await verify(proof, trust);
  } catch (e) {
    if (e instanceof Unreadable) return { ...unreadableReport(e), exitCode: EXIT_CODES.unreadable };
    throw e;
  }
}

async function verify(proof, given) {
  const linked = proof.links.length > 0 ? await follow(given, proof.links) : { trust: given };
  const trust = linked.trust ?? given;
  const era = usableEra(proof, trust);
  const key = await thumbprint(proof.key.record.key);
  const found = standing(proof, trust) ?? 'false';
  const say = words(proof, trust, hex(key));
  const steps = [
    say.form(),
    ...(proof.links.length > 0 ? [say.links(linked)] : []),
    say.era(era !== undefined),
    era ? say.certificate(await certificateHolds(proof, trust, era), await signers(proof, era)) : say.notChecked('certificate'),
    say.appHash(await appHashHolds(proof, key)),
    say.anchor(anchorHolds(proof, trust)),
    say.inclusion(await inclusionHolds(proof)),
    say.signature(await signatureHolds(proof, trust, key)),
    say.device(deviceHolds(proof)),
    say.standing(found),
    say.verdict(found, found === proof.verdict),
  ];
  const verdict = steps.every((step) => step.outcome === 'passed') ? believed(found, proof, trust) : 'false';
  const claim = claimOf(proof, trust, hex(key));
  return { verdict, exitCode: EXIT_CODES[verdict], steps, claim, trustAsOf: trust.asOf, trustRoot: given.root, notProven: notProven(claim, verdict, proof, trust) };
}

/** Where one member alone named the others, all of it is that member's word. */
function believed(found, proof, trust) {
  const named = whoAloneNamed(trust, proof.era) ?? whoAloneNamed(trust, proof.anchor.event.era);
  return found === 'proven' && named !== null ? 'proven-by-one-member' : found;
}

/** Step 1. */
function usableEra(proof, trust) {
  const { engine, header } = proof.certificate;
  const usable = (era) => era.engine === engine && (engine !== 'solo' || membersAt(era, header.height).length === 1);
  return trust.eras.find((era) => era.number === proof.era && usable(era));
}

/** Step 2. */
async function certificateHolds(proof, trust, era) {
  const { certificate } = proof;
  const { height } = certificate.header;
  const next = trust.eras.find((later) => later.number > era.number);
  const inEra = height >= era.initialHeight && (next === undefined || height < next.initialHeight);
  return inEra && (await allows(trust, certificate)) && isCertified(certificate, trust.ledgerId, era, membersAt(era, height));
}

/** The names of the members whose votes stand in the certificate. */
async function signers(proof, era) {
  if (proof.certificate.engine === 'solo') return [];
  const set = await ordered(membersAt(era, proof.certificate.header.height));
  return proof.certificate.votes.flatMap((vote) => (vote.index < set.length ? [set[vote.index].name] : []));
}

/** Step 3: roots are computed from what is shown, never taken from the file. */
async function appHashHolds(proof, key) {
  const { leaf, event, eventsSize, path } = proof.anchor;
  const eventsRoot = await rootFromInclusion(await leafHash(leaf), event.eventNo, eventsSize, path);
  if (eventsRoot === null) return false;
  const root = await stateRoot(proof.key.siblings, ascii('key/' + hex(key)), proof.key.recordBytes);
  const computed = await appHash(u32(proof.certificate.rulesVersion), u64(eventsSize), eventsRoot, root);
  return equal(computed, proof.certificate.header.appHash);
}

/** Step 4. */
function anchorHolds(proof, trust) {
  const { event } = proof.anchor;
  const { log, index, treeSize } = proof.inclusion;
  const { header } = proof.certificate;
  return (
    event.type === CHECKPOINT_ANCHORED &&
    event.log.name === log.name &&
    event.toSize === treeSize &&
    event.fromSize <= index &&
    index < event.toSize &&
    event.era <= proof.era &&
    trust.eras.some((era) => era.number === event.era) &&
    event.height <= header.height &&
    event.blockTime <= header.blockTime
  );
}

/** Step 5. */
async function inclusionHolds(proof) {
  const { index, treeSize, path } = proof.inclusion;
  const root = await rootFromInclusion(await leafHash(await logEntry(proof.reading)), index, treeSize, path);
  return root !== null && equal(root, proof.anchor.event.root);
}

/** Step 6. */
async function signatureHolds(proof, trust, key) {
  const { frame } = proof.reading;
  const record = proof.key.record;
  return (
    frame.alg === record.key.alg &&
    (frame.kid === null || equal(frame.kid, key.subarray(0, 8))) &&
    (await verifySignature(record.key, sigStructure(frame, trust.ledgerId, key), frame.signature))
  );
}

/** Step 7. */
function deviceHolds(proof) {
  const { owner, member, role } = proof.key.record;
  const onBehalf = proof.reading.frame.device;
  const roleFits =
    role === 1
      ? DEVICE_ID.test(owner) && (onBehalf === null || onBehalf === owner)
      : (role === 2 || role === 3) && onBehalf !== null;
  const device = onBehalf ?? owner;
  return (
    roleFits &&
    member === proof.inclusion.log.member &&
    member === proof.anchor.event.log.member &&
    device.startsWith(member + ':')
  );
}

/** Step 8, by event number, the only order on the ledger: the verdict that the key's standing allows, or null. */
function standing(proof, trust) {
  const { validFrom, validTo, endedAtMs } = proof.key.record;
  const { eventNo } = proof.anchor.event;
  if (validFrom > eventNo) return null;
  if (validTo === null || eventNo < validTo) {
    const { event } = proof.anchor;
    const many =
      isOfMany(eraOf(trust, event.era), event.height) && isOfMany(eraOf(trust, proof.era), proof.certificate.header.height);
    return many ? 'proven' : 'proven-by-one-member';
  }
  return endedAtMs !== null && proof.reading.receivedMs < endedAtMs ? 'accepted-before-revocation' : null;
}
