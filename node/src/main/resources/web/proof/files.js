// Trust files and proof files: from their bytes to values, every form checked.
import { Unreadable, unbase64url } from './bytes.js';
import { CborReader } from './cbor.js';
import { Members, readJson } from './json.js';
import { readLinks } from './links.js';
import { readAnchor, readCertificate, readInclusion, readKeyStanding, readReading } from './sections.js';
import { readTrust } from './trust.js';

const SECTIONS = new Map([
  ['reading', readReading],
  ['inclusion', readInclusion],
  ['anchor', readAnchor],
  ['key', readKeyStanding],
  ['certificate', readCertificate],
  ['links', readLinks],
]);

export const readTrustFile = (bytes) => within('trust file', () => readTrust(bytes));

export function readProofFile(bytes) {
  return within('proof file', () => {
    const file = new Members('file', readJson(bytes));
    file.format('thingstead-proof/1');
    const proof = { era: file.number('era'), verdict: file.text('verdict') };
    const found = readSections(file.list('sections'));
    file.done();
    for (const [type, read] of SECTIONS) {
      if (type === 'links' && !found.has(type)) {
        proof.links = [];
        continue;
      }
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
