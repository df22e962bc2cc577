// Readings into SenML-CBOR, byte for byte as the kits encode them (docs/formats.md §4).
import { meaning, nearestHalf } from '/proof/floats.js';
import { cbor } from './cbor.js';

const [BN, BT, BU, N, U, V, VS, VB, T] = [-2, -3, -4, 0, 1, 2, 3, 4, 6];

/** @param readings each {name, value, unit?, timeMs?} */
export function encode(readings) {
  const [first] = readings;
  const many = readings.length > 1;
  const sameName = many && readings.every(({ name }) => name === first.name);
  const sameUnit = many && first.unit != null && readings.every(({ unit }) => unit === first.unit);
  const baseMs = many && readings.every(({ timeMs }) => timeMs != null) ? first.timeMs : null;
  return cbor.array(
    ...readings.map((reading) => {
      const { name, unit, value, timeMs } = reading;
      const labels = [];
      const put = (label, written) => labels.push(cbor.integer(label), written);
      if (!sameName) put(N, cbor.text(name));
      if (!sameUnit && unit != null) put(U, cbor.text(unit));
      if (typeof value === 'boolean') put(VB, cbor.bool(value));
      else if (typeof value === 'number') put(V, number(value));
      else put(VS, cbor.text(value));
      const sinceMs = timeMs == null ? null : timeMs - (baseMs ?? 0);
      if (sinceMs != null && (baseMs == null || sinceMs !== 0)) put(T, seconds(sinceMs));
      // after the others: that is the order of their encodings
      if (reading === first) {
        if (sameName) put(BN, cbor.text(name));
        if (baseMs != null) put(BT, seconds(baseMs));
        if (sameUnit) put(BU, cbor.text(unit));
      }
      return cbor.map(...labels);
    }),
  );
}

export function number(value) {
  if (!Number.isFinite(value)) throw new RangeError('a reading is a finite number');
  if (Number.isSafeInteger(value)) return cbor.integer(value);
  if (nearestHalf(value) === value && meaning(value, 2) === value) return cbor.half(value);
  return meaning(Math.fround(value), 4) === value ? cbor.single(value) : cbor.double(value);
}

/** Milliseconds as seconds: whole, or the shortest float that is right to a quarter of a millisecond. */
export function seconds(millis) {
  if (millis % 1000 === 0) return cbor.integer(millis / 1000);
  const value = millis / 1000;
  if (Math.abs(nearestHalf(value) * 1000 - millis) <= 0.25) return cbor.half(value);
  return Math.abs(Math.fround(value) * 1000 - millis) <= 0.25 ? cbor.single(value) : cbor.double(value);
}
