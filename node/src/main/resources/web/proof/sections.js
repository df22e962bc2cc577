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
  cbor.arrayOf(4);
  if (cbor.uint() !== 1) throw new Unreadable('an unknown kind of certificate');
  if (cbor.uint() !== 1) throw new Unreadable('an unknown version of the rules');
  const headerBytes = cbor.byteString(1024);
  const signature = cbor.byteStringOf(64);
  cbor.expectEnd();
  return { rulesVersion: 1, headerBytes, header: readHeader(new CborReader(headerBytes)), signature };
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

function readMemberId(cbor) {
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
