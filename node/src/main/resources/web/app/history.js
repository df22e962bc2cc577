// One quantity of one device over a span of time: what the series has, summed up, and what came since.
import { getJson } from './ask.js';
import { decimal } from './format.js';

const POINTS = 600;
const MAX_POINTS = 3000;
/** A pause this many times as long as usual is a gap, and drawn as one. */
const GAP = 4;

export class History {
  times = [];
  means = [];
  mins = [];
  maxs = [];

  constructor(device, name, span) {
    this.device = device;
    this.name = name;
    this.span = span;
  }

  async load(now) {
    const query = new URLSearchParams({ device: this.device, name: this.name, from: Math.max(0, Math.round(now - this.span)), to: Math.round(now) + 60_000, points: POINTS });
    try {
      const series = await getJson('/api/series?' + query);
      this.times = series.timeMs;
      this.means = series.mean;
      this.mins = series.min;
      this.maxs = series.max;
    } catch {
      // without its past the quantity is still drawn from now on
    }
  }

  /** A reading that is newer than all there are. */
  add({ timeMs, value }) {
    const number = typeof value === 'boolean' ? Number(value) : value;
    if (typeof number !== 'number' || timeMs <= (this.times.at(-1) ?? 0)) return;
    this.times.push(timeMs);
    this.means.push(number);
    this.mins.push(number);
    this.maxs.push(number);
    if (this.times.length > MAX_POINTS) for (const column of [this.times, this.means, this.mins, this.maxs]) column.splice(0, MAX_POINTS / 3);
  }

  /** The pause between points that is usual here. */
  usualPause() {
    const pauses = this.times.slice(1).map((time, i) => time - this.times[i]);
    pauses.sort((a, b) => a - b);
    return pauses[Math.floor(pauses.length / 2)] ?? 0;
  }

  /** Columns for the plot, in seconds, with a hole at each gap; and the gaps. */
  columns() {
    const limit = Math.max(3000, GAP * this.usualPause(), (2 * this.span) / POINTS);
    const columns = [[], [], [], []];
    const gaps = [];
    this.times.forEach((time, i) => {
      const before = this.times[i - 1];
      if (before !== undefined && time - before > limit) {
        gaps.push([before / 1000, time / 1000]);
        push(columns, (before + time) / 2000, null, null, null);
      }
      push(columns, time / 1000, this.means[i], this.mins[i], this.maxs[i]);
    });
    return { columns, gaps };
  }

  summary() {
    if (this.times.length === 0) return null;
    return `${this.times.length} points, from ${decimal(Math.min(...this.mins))} to ${decimal(Math.max(...this.maxs))}, now ${decimal(this.means.at(-1))}`;
  }
}

const push = (columns, ...values) => values.forEach((value, i) => columns[i].push(value));
