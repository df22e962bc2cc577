// What a half or single float means: a decimal, the shortest that rounds back to it (docs/formats.md §4).

const EXACT_DIGITS = 99;
const MOST_DIGITS = 9;
const LARGEST_HALF = 65504;

/** @param width of the float in bytes: 2 or 4 */
export function meaning(value, width) {
  const round = width === 4 ? Math.fround : nearestHalf;
  for (let digits = 1; digits <= MOST_DIGITS; digits++) {
    const decimal = rounded(value, digits);
    if (round(decimal) === value) return decimal;
  }
  return value;
}

/** To so many significant digits, ties to even; `toPrecision` alone takes ties up. */
function rounded(value, digits) {
  const [figures, exponent] = value.toExponential(EXACT_DIGITS).split('e');
  const sign = figures.startsWith('-') ? '-' : '';
  const all = figures.replace(/[-.]/g, '');
  const isTie = /^50*$/.test(all.slice(digits));
  const isEven = Number(all[digits - 1]) % 2 === 0;
  return isTie && isEven ? Number(`${sign}${all[0]}.${all.slice(1, digits)}e${exponent}`) : Number(value.toPrecision(digits));
}

/** The half nearest to a value, ties to even; infinite where it is larger than all. */
export function nearestHalf(value) {
  if (value === 0) return value;
  const unit = 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  const scaled = value / unit;
  const low = Math.floor(scaled);
  const up = scaled - low > 0.5 || (scaled - low === 0.5 && low % 2 !== 0);
  const half = (up ? low + 1 : low) * unit;
  return Math.abs(half) > LARGEST_HALF ? Math.sign(half) * Infinity : half;
}
