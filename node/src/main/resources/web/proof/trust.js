// Trust files of version 1 and 2: whose signatures count at which height of which era.
import { Unreadable, unhex } from './bytes.js';
import { Members, readJson } from './json.js';
import { EDDSA, readKey } from './keys.js';
import { MEMBER_ID } from './sections.js';

const HASH = /^[0-9a-f]{64}$/;
const FORMAT_2 = 'thingstead-trust/2';

export function readTrust(bytes) {
  const file = new Members('file', readJson(bytes));
  const format = file.text('format');
  const second = format === FORMAT_2;
  if (!second && format !== 'thingstead-trust/1') throw new Unreadable('an unknown format');
  const trust = {
    ledgerId: unhex(file.matching('ledgerId', HASH, '64 hex digits')),
    asOf: file.number('asOf'),
    height: file.number('height'),
    headerHash: unhex(file.matching('headerHash', HASH, '64 hex digits')),
    eras: file.list('eras').map((era) => readEra(era, second)),
  };
  trust.root = second ? readRoot(file.take('root', 'an object', () => true)) : null;
  file.done();
  if (trust.eras.length === 0) throw new Unreadable('no era');
  trust.eras.reduce((before, era) => {
    const grows =
      era.number > before.number &&
      era.initialHeight > before.initialHeight &&
      (!second || era.initialHeight > before.sets.at(-1).height);
    if (!grows) throw new Unreadable('eras out of order');
    return era;
  });
  const newest = trust.eras.at(-1);
  if (!second) {
    trust.root = { asOf: trust.asOf, height: trust.height, era: newest.number };
    newest.sets[0].height = Math.max(trust.height, newest.initialHeight);
  }
  if (!trust.eras.some((era) => era.number === trust.root.era)) throw new Unreadable('root: an era that is not listed');
  return trust;
}

function readRoot(json) {
  const fields = new Members('root', json);
  const root = { asOf: fields.number('asOf'), height: fields.number('height'), era: fields.number('era') };
  fields.done();
  return root;
}

function readEra(json, second) {
  const fields = new Members('era', json);
  const era = {
    number: fields.number('era'),
    engine: fields.text('engine'),
    chainId: fields.text('chainId'),
    initialHeight: fields.number('initialHeight'),
    firstEvent: fields.number('firstEvent'),
    previousAppHash: unhex(fields.matching('previousAppHash', HASH, '64 hex digits')),
  };
  era.sets = second
    ? readSets(fields.list('sets'), era.initialHeight)
    : [{ height: era.initialHeight, members: readMembers(fields.list('members')) }];
  fields.done();
  return era;
}

function readSets(elements, initialHeight) {
  let least = initialHeight;
  const sets = elements.map((element) => {
    const fields = new Members('set', element);
    const set = { height: fields.number('height'), members: readMembers(fields.list('members')) };
    fields.done();
    if (set.height < least) throw new Unreadable('sets out of order');
    least = set.height + 1;
    return set;
  });
  if (sets.length === 0) throw new Unreadable('an era without members');
  return sets;
}

function readMembers(elements) {
  if (elements.length === 0) throw new Unreadable('an era without members');
  return elements.map(readMember);
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

/** The set known last up to a height. */
export const knownUpTo = (era, height) => era.sets.findLast((set) => set.height <= height);

/** The set known first from a height on. */
export const knownFrom = (era, height) => era.sets.find((set) => set.height >= height);

/** Those who vote at a height, by what is known. */
export function membersAt(era, height) {
  return (knownUpTo(era, height) ?? era.sets[0]).members;
}

export const eraOf = (trust, number) => trust.eras.find((era) => era.number === number);

/** Whether several members agreed on the blocks at a height. */
export const isOfMany = (era, height) => era !== undefined && era.engine === 'comet' && membersAt(era, height).length > 1;

/** The one member that alone said who makes the blocks of an era: trust began before it. */
export function whoAloneNamed(trust, number) {
  const began = eraOf(trust, trust.root.era);
  if (began.number >= number || isOfMany(began, trust.root.height)) return null;
  return membersAt(began, trust.root.height)[0].name;
}
