// Draws a history with uPlot: the mean as a line, the span between least and most as a band, gaps shaded.
import uPlot from 'uplot';
import { decimal, flagWords } from './format.js';

export class Plot {
  #plot = null;
  #key = '';
  #place = null;
  #gaps = [];
  #unit = '';
  #words = [];
  #span = 1;
  #flag = false;
  #now = 0;

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (this.#key = ''));
  }

  show(place, history, { unit, flag, text }, now) {
    this.#unit = unit;
    this.#words = flagWords(history.name);
    this.#span = history.span;
    this.#flag = flag;
    this.#now = now;
    const { columns, gaps } = history.columns();
    this.#gaps = gaps;
    const key = [history.device, history.name, flag, text].join(' ');
    if (key !== this.#key || place !== this.#place) this.#make(place, columns, flag);
    else this.#plot.setData(columns, false);
    this.#key = key;
    this.#plot.batch(() => {
      this.#plot.setScale('x', { min: (now - history.span) / 1000, max: now / 1000 });
      this.#plot.setScale('y', this.#bounds(columns, flag));
    });
  }

  #make(place, columns, flag) {
    this.#plot?.destroy();
    this.#place = place;
    this.observer?.disconnect();
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--grid'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif', gap: 4 };
    const line = flag ? uPlot.paths.stepped({ align: 1 }) : uPlot.paths.linear();
    const edge = { width: 0, points: { show: false }, paths: line };
    this.#plot = new uPlot(
      {
        ...size(place),
        padding: [10, 12, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 7, fill: colour('--accent') }, drag: { x: false, y: false } },
        scales: { x: { time: true, auto: false }, y: { auto: false } },
        axes: [
          { ...axis, size: 26, space: 70, values: (_, ticks) => ticks.map((tick) => this.#tick(tick)) },
          { ...axis, size: 54, space: 34, values: (_, ticks) => (flag ? ticks.map((tick) => this.#words[tick] ?? '') : labels(ticks)) },
        ],
        series: [
          {},
          { stroke: colour('--accent'), width: 1.75, points: { show: (plot) => !flag && sparse(plot) }, paths: line, spanGaps: false },
          edge,
          edge,
        ],
        bands: [{ series: [3, 2], fill: colour('--band') }],
        hooks: { drawClear: [(plot) => this.#shadeGaps(plot, colour('--gap'), colour('--muted'))], setCursor: [(plot) => this.#tell(plot)] },
      },
      columns,
      place,
    );
    this.readout = document.createElement('div');
    this.readout.className = 'readout';
    this.readout.hidden = true;
    this.#plot.over.append(this.readout);
    this.observer = new ResizeObserver(() => this.#plot?.setSize(size(place)));
    this.observer.observe(place);
  }

  /** Some air above and below; a line that hardly moves is not blown up to look wild. */
  #bounds([times, , mins, maxs], flag) {
    if (flag) return { min: -0.1, max: 1.1 };
    const from = (this.#now - this.#span) / 1000;
    let [min, max] = [Infinity, -Infinity];
    times.forEach((time, i) => {
      if (time < from || mins[i] === null) return;
      min = Math.min(min, mins[i]);
      max = Math.max(max, maxs[i]);
    });
    if (min > max) return { min: 0, max: 1 };
    const middle = (min + max) / 2;
    const reach = Math.max((max - min) * 0.6, Math.abs(middle) * 0.005, 0.01);
    return { min: middle - reach, max: middle + reach };
  }

  #tick(seconds) {
    const date = new Date(seconds * 1000);
    if (this.#span > 2 * 86_400_000) return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
    const time = date.toLocaleTimeString('en-GB');
    return this.#span > 600_000 ? time.slice(0, 5) : time;
  }

  #shadeGaps(plot, fill, ink) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    for (const [from, to] of this.#gaps) {
      const left = plot.valToPos(from, 'x', true);
      const wide = plot.valToPos(to, 'x', true) - left;
      ctx.fillStyle = fill;
      ctx.fillRect(left, bbox.top, wide, bbox.height);
      if (wide < 70 * devicePixelRatio) continue;
      ctx.fillStyle = ink;
      ctx.font = `${10.5 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.textAlign = 'center';
      ctx.fillText('no readings', left + wide / 2, bbox.top + bbox.height - 8 * devicePixelRatio);
    }
    ctx.restore();
  }

  #tell(plot) {
    const at = plot.cursor.idx;
    const mean = at == null ? null : plot.data[1][at];
    this.readout.hidden = mean == null;
    if (mean == null) return;
    const [, , mins, maxs] = plot.data;
    const span = mins[at] === maxs[at] ? '' : ` (${decimal(mins[at])} to ${decimal(maxs[at])})`;
    const said = this.#flag ? this.#words[Math.round(mean)] : `${decimal(mean)} ${this.#unit}${span}`;
    this.readout.textContent = `${said} · ${new Date(plot.data[0][at] * 1000).toLocaleTimeString('en-GB')}`;
    const right = plot.cursor.left > plot.over.clientWidth / 2;
    this.readout.style.left = right ? '' : plot.cursor.left + 10 + 'px';
    this.readout.style.right = right ? plot.over.clientWidth - plot.cursor.left + 10 + 'px' : '';
  }
}

const size = (place) => ({ width: Math.max(120, place.clientWidth), height: Math.max(110, place.clientHeight) });

/** Points are drawn where they are few. */
const sparse = (plot) => plot.data[0].length < 40;

/** As many decimals as tell the ticks apart. */
function labels(ticks) {
  const step = Math.abs((ticks[1] ?? ticks[0] + 1) - ticks[0]);
  const digits = Math.max(0, Math.min(5, Math.ceil(-Math.log10(step) - 1e-9)));
  return ticks.map((tick) => decimal(tick, digits));
}
