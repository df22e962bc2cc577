// Links from the members that vote to those who vote next: read, and followed from a trust file.
import { Unreadable, ascii, concat, equal, hex, sha256, u32, u64 } from './bytes.js';
import { CborReader, write } from './cbor.js';
import { allows, blockHash, isCertified } from './certify.js';
import { isEnough, ordered, setHash } from './comet.js';
import { EDDSA, readKey, verifySignature } from './keys.js';
import { appHash, readPresence, stateRoot } from './merkle.js';
import { readCertificate, readMemberId } from './sections.js';
import { knownFrom, knownUpTo, membersAt } from './trust.js';

const MAX_BYTES = 131072;
const MAX_VALUE = 65536;
const MAX_LINKS = 64;
const MAX_MEMBERS = 1000;
const ERA = ascii('ts-era/1\0\x82');
const VALIDATORS = ascii('validators');

/** The section `links` of a proof. */
export function readLinks(cbor) {
  const count = cbor.array(MAX_LINKS);
  if (count === 0) throw new Unreadable('no link');
  const links = Array.from({ length: count }, () => readLink(new CborReader(cbor.byteString(MAX_BYTES))));
  cbor.expectEnd();
  return links;
}

function readLink(cbor) {
  const elements = cbor.array(8);
  const kind = cbor.uint();
  if (!(kind === 1 && elements === 8) && !(kind === 2 && elements === 5)) throw new Unreadable('an unknown kind of link');
  const link = kind === 1 ? readSetLink(cbor) : readEraLink(cbor);
  cbor.expectEnd();
  return link;
}

function readSetLink(cbor) {
  const last = readComet(cbor);
  const first = readComet(cbor);
  const before = readList(cbor, 1, () => {
    cbor.arrayOf(2);
    return { name: null, engineKey: readEngineKey(cbor), power: cbor.uint() };
  });
  const eventsSize = cbor.uint();
  const eventsRoot = cbor.byteStringOf(32);
  const validators = cbor.byteString(MAX_VALUE);
  const value = new CborReader(validators);
  const after = readNamed(value);
  value.expectEnd();
  const siblings = readPresence(cbor);
  return { last, first, before, eventsSize, eventsRoot, validators, after, siblings, height: first.header.height };
}

function readComet(cbor) {
  const certificate = readCertificate(new CborReader(cbor.byteString(MAX_BYTES)));
  if (certificate.engine !== 'comet') throw new Unreadable('not a certificate of several members');
  return certificate;
}

function readEraLink(cbor) {
  const certificate = readCertificate(new CborReader(cbor.byteString(MAX_BYTES)));
  const record = cbor.byteString(MAX_BYTES);
  const era = readEraRecord(new CborReader(record));
  return { certificate, record, era, byOld: readApprovals(cbor), byNew: readApprovals(cbor), height: era.initialHeight };
}

function readEraRecord(cbor) {
  cbor.arrayOf(7);
  const era = {
    number: cbor.uint(),
    engine: cbor.text(32),
    chainId: cbor.text(64),
    initialHeight: cbor.uint(),
    firstEvent: cbor.uint(),
    previousAppHash: cbor.byteStringOf(32),
  };
  era.sets = [{ height: era.initialHeight, members: readNamed(cbor) }];
  cbor.expectEnd();
  return era;
}

function readApprovals(cbor) {
  let least = 0;
  return readList(cbor, 0, () => {
    cbor.arrayOf(2);
    const index = cbor.uint();
    if (index < least || index >= MAX_MEMBERS) throw new Unreadable('approvals out of order');
    least = index + 1;
    return { index, signature: cbor.byteStringOf(64) };
  });
}

function readNamed(cbor) {
  return readList(cbor, 1, () => {
    cbor.arrayOf(3);
    return { name: readMemberId(cbor), engineKey: readEngineKey(cbor), power: cbor.uint() };
  });
}

function readList(cbor, least, read) {
  const count = cbor.array(MAX_MEMBERS);
  if (count < least) throw new Unreadable('no members');
  return Array.from({ length: count }, read);
}

function readEngineKey(cbor) {
  const key = readKey(cbor.byteStringOf(40));
  if (key.alg !== EDDSA) throw new Unreadable('an engine key that is not an Ed25519 key');
  return key;
}

/** The trust file with what the links add to it, or why they add nothing: {trust} or {objection}. */
export async function follow(known, links) {
  const trust = { ...known, eras: known.eras.map((era) => ({ ...era, sets: [...era.sets] })) };
  const refused = (link, why) => ({ objection: `the link at block ${link.height}: ${why}` });
  const left = [];
  let before = -1;
  for (const link of links) {
    if (link.height <= before) return refused(link, 'links are out of order');
    before = link.height;
    if (link.era) {
      const why = await objectionToEra(trust, link);
      if (why) return refused(link, why);
      continue;
    }
    const era = chainOf(trust, link);
    const why = await objectionToSet(trust, era, link);
    if (why) return refused(link, why);
    const forward = await same(knownUpTo(era, link.last.header.height), link.before);
    if (!forward || !(await add(era, link.height, link.after))) left.unshift(link);
  }
  for (const link of left) {
    const era = chainOf(trust, link);
    const backward =
      (await same(knownFrom(era, link.height), link.after)) &&
      (await add(era, link.height, link.after)) &&
      (await add(era, link.last.header.height, await named(trust, link.before)));
    if (!backward) return refused(link, 'it leads from nobody whom your trust file knows');
  }
  for (const link of links) {
    const agrees = link.era ? await beginsAsKnown(trust, link.era) : await isTakenIn(chainOf(trust, link), link);
    if (!agrees) return refused(link, 'your trust file knows other members at that block');
  }
  return { trust };
}

const isTakenIn = async (era, link) =>
  (await same(knownUpTo(era, link.last.header.height), link.before)) && (await same(knownUpTo(era, link.height), link.after));

/** Whether those who began the era are the first that are known of it, links backward included. */
async function beginsAsKnown(trust, { number, initialHeight, sets }) {
  const known = trust.eras.find((it) => it.number === number);
  return (await same(known.sets[0], sets[0].members)) && add(known, initialHeight, sets[0].members);
}

/** Of an era that is known, who began it is not believed here: those before may be one member, who could name anybody. */
async function objectionToEra(trust, link) {
  const { era } = link;
  const old = trust.eras.findLast((it) => it.number < era.number);
  if (!old || !(await eraHolds(trust, old, link))) {
    return `more than two thirds of the members of both eras must have signed that era ${era.number} follows the one before`;
  }
  const later = trust.eras.find((it) => it.number >= era.number);
  if (!later) {
    if (old.sets.at(-1).height > link.certificate.header.height) {
      return 'it leads from members who voted before those whom your trust file knows';
    }
    trust.eras.push({ ...era, sets: [...era.sets] });
    return null;
  }
  const isSame =
    ['number', 'engine', 'chainId', 'initialHeight', 'firstEvent'].every((field) => later[field] === era[field]) &&
    equal(later.previousAppHash, era.previousAppHash);
  return isSame ? null : `your trust file knows another era ${later.number}`;
}

async function eraHolds(trust, old, link) {
  const { certificate, era, record } = link;
  const { height } = certificate.header;
  const voters = membersAt(old, height);
  const message = concat(ERA, write.bytes(trust.ledgerId), record);
  return (
    era.engine === 'comet' &&
    era.chainId === `ts-${hex(trust.ledgerId).slice(0, 8)}-${era.number}` &&
    era.initialHeight > old.initialHeight &&
    height >= old.initialHeight &&
    height < era.initialHeight &&
    equal(certificate.header.appHash, era.previousAppHash) &&
    (await allows(trust, certificate)) &&
    (await isCertified(certificate, trust.ledgerId, old, voters)) &&
    (await approve(voters, message, link.byOld)) &&
    (await approve(era.sets[0].members, message, link.byNew))
  );
}

async function approve(members, message, approvals) {
  const set = await ordered(members);
  for (const { index, signature } of approvals) {
    if (index >= set.length || !(await verifySignature(set[index].engineKey, message, signature))) return false;
  }
  return isEnough(
    set,
    approvals.map(({ index }) => index),
  );
}

const chainOf = (trust, link) =>
  trust.eras.find((era) => era.engine === 'comet' && era.chainId === link.last.header.chainId);

async function objectionToSet(trust, era, link) {
  if (!era) return 'it is of another chain';
  const next = trust.eras.find((it) => it.number > era.number);
  const inEra = link.last.header.height >= era.initialHeight && (!next || link.height < next.initialHeight);
  if (!inEra) return 'it is not of its era';
  if (!(await allows(trust, link.last)) || !(await allows(trust, link.first))) return 'your trust file knows another block there';
  return (await setHolds(trust, era, link))
    ? null
    : 'more than two thirds of the members before and after must have signed it, and each block name the other';
}

async function setHolds(trust, era, { last, first, before, eventsSize, eventsRoot, validators, after, siblings }) {
  const root = await stateRoot(siblings, VALIDATORS, validators);
  return (
    first.header.height === last.header.height + 1 &&
    equal(first.header.lastBlockHash, await blockHash(last)) &&
    equal(last.header.nextValidatorsHash, await setHash(await ordered(after))) &&
    equal(last.header.appHash, await appHash(u32(last.rulesVersion), u64(eventsSize), eventsRoot, root)) &&
    (await isCertified(last, trust.ledgerId, era, before)) &&
    isCertified(first, trust.ledgerId, era, after)
  );
}

async function same(set, members) {
  return set !== undefined && equal(await setHash(await ordered(set.members)), await setHash(await ordered(members)));
}

/** Whether no other set is known at that height. */
async function add(era, height, members) {
  const there = era.sets.find((set) => set.height === height);
  if (there) return same(there, members);
  era.sets.push({ height, members });
  era.sets.sort((a, b) => a.height - b.height);
  return true;
}

/** Members of which the keys are known, with their newest names where those are known. */
async function named(trust, members) {
  const holders = trust.eras
    .flatMap((era) => era.sets)
    .toReversed()
    .flatMap((set) => set.members);
  return Promise.all(
    members.map(async (m) => {
      const holder = holders.find((it) => equal(it.engineKey.point, m.engineKey.point) && !it.name.startsWith('key-'));
      return { ...m, name: holder?.name ?? 'key-' + hex((await sha256(m.engineKey.point)).subarray(0, 8)) };
    }),
  );
}

/** What each link changes, for people. */
export function linkWords(links, trust, whoAlone) {
  return links.map((link) => {
    if (link.era) {
      const names = link.era.sets[0].members.map((m) => m.name).join(', ');
      const one = whoAlone(trust, link.era.number);
      return `at block ${link.height}: era ${link.era.number} begins with ${names}` + (one ? `, as ${one} alone named them` : '');
    }
    const has = (list, one) => list.some((m) => equal(m.engineKey.point, one.engineKey.point));
    const came = link.after.filter((m) => !has(link.before, m)).map((m) => '+ ' + m.name);
    const went = link.before.filter((m) => !has(link.after, m)).length;
    const parts = went > 0 ? [...came, `- ${went} engine ${went === 1 ? 'key' : 'keys'}`] : came;
    return `at block ${link.height}: ${parts.join(', ')}; now ${link.after.length} members`;
  });
}
