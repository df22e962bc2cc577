// The five sections of a proof of a reading, each read from its det-CBOR.
import { Unreadable } from './bytes.js';
import { CborReader } from './cbor.js';
import { DEVICE_ID, readFrame } from './frame.js';
import { readKey } from './keys.js';
import { readPresence } from './merkle.js';
import { readSenml } from './senml.js';

export const MEMBER_ID = /^[a-z0-9-]{1,32}$/;
const MAX_FRAME = 65536;
const MAX_PATH = 64;
const MAX_LEAF = 4096;
const MAX_SUBJECTS = 16;
const MAX_VOTES = 1000;

export function readReading(cbor) {
  cbor.arrayOf(4);
  const salt = cbor.byteStringOf(32);
  if (cbor.uint() !== 1) throw new Unreadable('a kind of content that is not a frame');
  const receivedMs = cbor.uint();
  const frame = readFrame(cbor.byteString(MAX_FRAME));
  cbor.expectEnd();
  return { salt, receivedMs, frame, readings: readSenml(frame.payload, receivedMs) };
}

export function readInclusion(cbor) {
  cbor.arrayOf(5);
  const inclusion = { log: readLog(cbor), index: cbor.uint(), treeSize: cbor.uint(), path: readPath(cbor) };
  cbor.expectEnd();
  return inclusion;
}

export function readAnchor(cbor) {
  cbor.arrayOf(3);
  const leaf = cbor.byteString(MAX_LEAF);
  const anchor = { leaf, event: readEvent(new CborReader(leaf)), eventsSize: cbor.uint(), path: readPath(cbor) };
  cbor.expectEnd();
  return anchor;
}

/** An event leaf whose body has the form of checkpoint-anchored; that it is one is checked later. */
function readEvent(cbor) {
  cbor.arrayOf(8);
  const event = {
    era: cbor.uint(),
    height: cbor.uint(),
    blockTime: cbor.uint(),
    eventNo: cbor.uint(),
    transaction: cbor.byteStringOf(32),
    type: cbor.uint(),
  };
  const subjects = cbor.array(MAX_SUBJECTS);
  if (subjects === 0) throw new Unreadable('an event without a subject');
  for (let i = 0; i < subjects; i++) cbor.text(128);
  cbor.arrayOf(6);
  Object.assign(event, {
    log: readLog(cbor),
    fromSize: cbor.uint(),
    toSize: cbor.uint(),
    root: cbor.byteStringOf(32),
    previousTime: cbor.uint(),
  });
  cbor.expectEnd();
  return event;
}

export function readKeyStanding(cbor) {
  cbor.arrayOf(2);
  const recordBytes = cbor.byteString(1024);
  const siblings = readPresence(cbor);
  cbor.expectEnd();
  return { recordBytes, record: readRecord(new CborReader(recordBytes)), siblings };
}

function readRecord(cbor) {
  cbor.arrayOf(8);
  const key = readKey(cbor.byteString(75));
  const owner = cbor.text(97);
  if (!DEVICE_ID.test(owner) && !MEMBER_ID.test(owner)) throw new Unreadable('an owner that is no device and no member');
  const record = {
    key,
    owner,
    member: readMemberId(cbor),
    role: cbor.uint(),
    validFrom: cbor.uint(),
    validTo: cbor.uintOrNull(),
    endedAtMs: cbor.uintOrNull(),
    finalN: cbor.uintOrNull(),
  };
  cbor.expectEnd();
  return record;
}

export function readCertificate(cbor) {
  const elements = cbor.array(6);
  const kind = cbor.uint();
  if (!(kind === 1 && elements === 4) && !(kind === 2 && elements === 6)) {
    throw new Unreadable('an unknown kind of certificate');
  }
  if (cbor.uint() !== 1) throw new Unreadable('an unknown version of the rules');
  const certificate = kind === 1 ? readSolo(cbor) : readComet(cbor);
  cbor.expectEnd();
  return { rulesVersion: 1, ...certificate };
}

function readSolo(cbor) {
  const headerBytes = cbor.byteString(1024);
  const signature = cbor.byteStringOf(64);
  return { engine: 'solo', headerBytes, header: readHeader(new CborReader(headerBytes)), signature };
}

function readComet(cbor) {
  const header = readCometHeader(cbor);
  const round = cbor.uint();
  if (round > 0x7fffffff) throw new Unreadable('a round out of range');
  cbor.arrayOf(2);
  const partsTotal = cbor.uint();
  const partsHash = cbor.byteStringOf(32);
  const count = cbor.array(MAX_VOTES);
  const votes = [];
  for (let i = 0; i < count; i++) {
    cbor.arrayOf(4);
    const index = cbor.uint();
    if (index >= MAX_VOTES || (i > 0 && index <= votes[i - 1].index)) throw new Unreadable('votes out of order');
    votes.push({ index, seconds: readSeconds(cbor), nanos: readNanos(cbor), signature: cbor.byteStringOf(64) });
  }
  return { engine: 'comet', header, round, partsTotal, partsHash, votes };
}

function readCometHeader(cbor) {
  cbor.arrayOf(18);
  const header = {
    versionBlock: cbor.uint(),
    versionApp: cbor.uint(),
    chainId: cbor.text(50),
    height: cbor.uint(),
    seconds: readSeconds(cbor),
    nanos: readNanos(cbor),
    lastBlockHash: readHashOrNone(cbor),
    lastPartsTotal: cbor.uint(),
    lastPartsHash: readHashOrNone(cbor),
    lastCommitHash: readHashOrNone(cbor),
    dataHash: readHashOrNone(cbor),
    validatorsHash: cbor.byteStringOf(32),
    nextValidatorsHash: cbor.byteStringOf(32),
    consensusHash: readHashOrNone(cbor),
    appHash: cbor.byteStringOf(32),
    lastResultsHash: readHashOrNone(cbor),
    evidenceHash: readHashOrNone(cbor),
    proposerAddress: cbor.byteStringOf(20),
  };
  header.blockTime = header.seconds * 1000 + Math.floor(header.nanos / 1e6);
  return header;
}

function readSeconds(cbor) {
  const seconds = cbor.uint();
  if (seconds >= 2 ** 40) throw new Unreadable('a time out of range');
  return seconds;
}

function readNanos(cbor) {
  const nanos = cbor.uint();
  if (nanos >= 1e9) throw new Unreadable('nanoseconds over a second');
  return nanos;
}

function readHashOrNone(cbor) {
  const hash = cbor.byteString(32);
  if (hash.length !== 0 && hash.length !== 32) throw new Unreadable('not a hash');
  return hash;
}

function readHeader(cbor) {
  cbor.arrayOf(8);
  if (cbor.text(16) !== 'ts-block/1') throw new Unreadable('not a header of a solo block');
  const header = {
    ledgerId: cbor.byteStringOf(32),
    era: cbor.uint(),
    height: cbor.uint(),
    blockTime: cbor.uint(),
    previousHeaderHash: cbor.byteStringOf(32),
    transactionsRoot: cbor.byteStringOf(32),
    appHash: cbor.byteStringOf(32),
  };
  cbor.expectEnd();
  return header;
}

export function readMemberId(cbor) {
  const member = cbor.text(32);
  if (!MEMBER_ID.test(member)) throw new Unreadable("not a member's name");
  return member;
}

/** A log as `member/number`. */
function readLog(cbor) {
  const member = readMemberId(cbor);
  const number = cbor.uint();
  if (number < 1 || number > 0xffffffff) throw new Unreadable('log number out of range');
  return { member, number, name: member + '/' + number };
}

function readPath(cbor) {
  const count = cbor.array(MAX_PATH);
  return Array.from({ length: count }, () => cbor.byteStringOf(32));
}
