// The curve edwards25519 (RFC 8032 §5.1) in plain arithmetic, for one question that WebCrypto does not answer: is a
// public key strong, that is a point of the prime order L, with no part of small order?
const P = 2n ** 255n - 19n;
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const IDENTITY = { x: 0n, y: 1n, z: 1n, t: 0n };

/** For a canonical encoding of 32 bytes, as a little-endian number. */
export function isStrong(encoded) {
  const point = decode(encoded);
  return point !== null && !isIdentity(point) && isIdentity(times(L, point));
}

function decode(encoded) {
  const y = encoded & (2n ** 255n - 1n);
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * ROOT_OF_MINUS_ONE);
  if (mod(x * x) !== square) return null;
  if ((x & 1n) !== encoded >> 255n) x = mod(-x);
  return { x, y, z: 1n, t: mod(x * y) };
}

/** RFC 8032 §5.1.4; it holds for doubling too. */
function add(p, q) {
  const a = (p.y - p.x) * (q.y - q.x);
  const b = (p.y + p.x) * (q.y + q.x);
  const c = 2n * D * mod(p.t * q.t);
  const d = 2n * p.z * q.z;
  const e = mod(b - a);
  const f = mod(d - c);
  const g = mod(d + c);
  const h = mod(b + a);
  return { x: mod(e * f), y: mod(g * h), z: mod(f * g), t: mod(e * h) };
}

function times(scalar, point) {
  let sum = IDENTITY;
  for (const bit of scalar.toString(2)) {
    sum = add(sum, sum);
    if (bit === '1') sum = add(sum, point);
  }
  return sum;
}

function isIdentity({ x, y, z }) {
  return x === 0n && y === z;
}

function power(base, exponent) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === '1') result = mod(result * base);
  }
  return result;
}

function mod(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}
