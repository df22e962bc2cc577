// Trust files and proof files: from their bytes to values, every form checked.
import { Unreadable, unbase64url, unhex } from './bytes.js';
import { CborReader } from './cbor.js';
import { Members, readJson } from './json.js';
import { EDDSA, readKey } from './keys.js';
import { MEMBER_ID, readAnchor, readCertificate, readInclusion, readKeyStanding, readReading } from './sections.js';

const HASH = /^[0-9a-f]{64}$/;
const SECTIONS = new Map([
  ['reading', readReading],
  ['inclusion', readInclusion],
  ['anchor', readAnchor],
  ['key', readKeyStanding],
  ['certificate', readCertificate],
]);

export function readTrustFile(bytes) {
  return within('trust file', () => {
    const file = new Members('file', readJson(bytes));
    file.format('thingstead-trust/1');
    const trust = {
      ledgerId: unhex(file.matching('ledgerId', HASH, '64 hex digits')),
      asOf: file.number('asOf'),
      height: file.number('height'),
      headerHash: unhex(file.matching('headerHash', HASH, '64 hex digits')),
      eras: file.list('eras').map(readEra),
    };
    file.done();
    if (trust.eras.length === 0) throw new Unreadable('no era');
    trust.eras.reduce((before, era) => {
      if (era.number <= before.number || era.initialHeight <= before.initialHeight) throw new Unreadable('eras out of order');
      return era;
    });
    return trust;
  });
}

function readEra(json) {
  const fields = new Members('era', json);
  const era = {
    number: fields.number('era'),
    engine: fields.text('engine'),
    chainId: fields.text('chainId'),
    initialHeight: fields.number('initialHeight'),
    firstEvent: fields.number('firstEvent'),
    previousAppHash: fields.matching('previousAppHash', HASH, '64 hex digits'),
    members: fields.list('members').map(readMember),
  };
  fields.done();
  if (era.members.length === 0) throw new Unreadable('an era without members');
  return era;
}

function readMember(json) {
  const fields = new Members("era's member", json);
  const name = fields.matching('member', MEMBER_ID, "a member's name");
  const engineKey = readKey(unhex(fields.matching('engineKey', /^[0-9a-f]{80}$/, '80 hex digits')));
  if (engineKey.alg !== EDDSA) throw new Unreadable('an engine key that is not an Ed25519 key');
  const power = fields.number('power');
  fields.done();
  return { name, engineKey, power };
}

export function readProofFile(bytes) {
  return within('proof file', () => {
    const file = new Members('file', readJson(bytes));
    file.format('thingstead-proof/1');
    const proof = { era: file.number('era'), verdict: file.text('verdict') };
    const found = readSections(file.list('sections'));
    file.done();
    for (const [type, read] of SECTIONS) {
      if (!found.has(type)) throw new Unreadable('section ' + type + ' is missing');
      proof[type] = within('section ' + type, () => read(new CborReader(found.get(type))));
    }
    return proof;
  });
}

function readSections(elements) {
  const found = new Map();
  const types = new Set();
  for (const element of elements) {
    const section = new Members('section', element);
    const type = section.text('type');
    const critical = section.flag('critical');
    const data = within('section ' + type, () => unbase64url(section.text('data')));
    section.done();
    if (types.has(type)) throw new Unreadable('section ' + type + ' twice');
    types.add(type);
    if (SECTIONS.has(type)) {
      if (!critical) throw new Unreadable('section ' + type + ' must be critical');
      found.set(type, data);
    } else if (critical) {
      throw new Unreadable('a critical section of a kind not known here: ' + type);
    }
  }
  return found;
}

/** Says where something could not be read. */
function within(place, read) {
  try {
    return read();
  } catch (e) {
    if (e instanceof Unreadable) throw new Unreadable(place + ': ' + e.message);
    throw e;
  }
}
