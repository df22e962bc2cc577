// SenML-CBOR (RFC 8428 §6) into resolved readings, bounded as the formats document says in section 4.
import { Unreadable } from './bytes.js';
import { CborReader, NEGINT } from './cbor.js';
import { meaning } from './floats.js';

const MAX_RECORDS = 4096;
const MAX_LABELS = 32;
const MAX_NAME = 128;
const MAX_STRING = 8192;
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]{0,127}$/;
const ABSOLUTE = 2 ** 28;
const MAX_TIME = 2 ** 40;
const [BVER, BN, BT, BU, BV, BS, N, U, V, VS, VB, S, T, UT, VD] = [-1, -2, -3, -4, -5, -6, 0, 1, 2, 3, 4, 5, 6, 7, 8];

/** Labels of an ignored value may nest this much: the pack, a record and the value are three of four levels. */
const IGNORED_LEVELS = 2;

export function readSenml(bytes, receivedMs) {
  const cbor = new CborReader(bytes, { lenient: true });
  const readings = [];
  const base = { [BN]: '', [BT]: 0, [BS]: 0 };
  cbor.repeat(cbor.array(MAX_RECORDS), MAX_RECORDS, () => {
    const record = readRecord(cbor, base);
    if ([...record.keys()].some((label) => label >= 0)) readings.push(resolve(record, base, receivedMs));
  });
  cbor.expectEnd();
  if (readings.length === 0) throw new Unreadable('no reading');
  return readings;
}

/** The labels of one record; base values go to `base` and hold on. */
function readRecord(cbor, base) {
  const record = new Map();
  const ignored = new Set();
  cbor.repeat(cbor.map(MAX_LABELS), MAX_LABELS, () => {
    const label = cbor.major() <= NEGINT ? cbor.integer() : cbor.text(MAX_NAME);
    if (typeof label === 'string' && label.endsWith('_')) throw new Unreadable('a label that must be understood: ' + label);
    const known = typeof label === 'number' && label >= BS && label <= VD;
    const seen = known ? record : ignored;
    if (seen.has(label)) throw new Unreadable('a label twice');
    if (!known) {
      ignored.add(label);
      cbor.skip(IGNORED_LEVELS);
      return;
    }
    record.set(label, readValue(cbor, label));
    if (label < 0) base[label] = record.get(label);
  });
  return record;
}

function readValue(cbor, label) {
  switch (label) {
    case BVER: {
      const version = cbor.integer();
      if (version < 1 || version > 10) throw new Unreadable('a version that is not 1 to 10');
      return version;
    }
    case BN:
    case N:
      return cbor.text(MAX_NAME);
    case BU:
    case U:
    case VS:
      return cbor.text(MAX_STRING);
    case VB:
      return cbor.boolean();
    case VD:
      return cbor.byteString(MAX_STRING);
    case BT:
    case T:
    case UT:
      return cbor.number().value;
    default:
      return meant(cbor.number());
  }
}

function resolve(record, base, receivedMs) {
  const values = [V, VS, VB, VD].filter((label) => record.has(label));
  if (values.length > 1) throw new Unreadable('more than one value in a record');
  const sum = values.length === 0 && record.has(S);
  if (values.length === 0 && !sum && base[BV] === undefined) throw new Unreadable('a record without a value');
  const name = base[BN] + (record.get(N) ?? '');
  if (!NAME.test(name)) throw new Unreadable('a name of another form');
  let value = values.length === 1 && values[0] !== V ? record.get(values[0]) : undefined;
  if (value === undefined) {
    value = sum ? base[BS] + record.get(S) : (base[BV] ?? 0) + (record.get(V) ?? 0);
    if (!Number.isFinite(value)) throw new Unreadable('a value out of range');
  }
  const seconds = base[BT] + (record.get(T) ?? 0);
  if (!(Math.abs(seconds) < MAX_TIME)) throw new Unreadable('a time out of range');
  const relative = seconds < ABSOLUTE;
  const timeMs = Math.round(seconds * 1000) + (relative ? receivedMs : 0);
  return { name: sum ? name + '#sum' : name, unit: record.get(U) ?? base[BU] ?? null, value, timeMs, relative };
}

/** Only what is shown depends on it. */
const meant = ({ value, width }) => (width === 2 || width === 4 ? meaning(value, width) : value);
