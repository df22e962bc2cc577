// How unusual the values of the chart above are, where a rule watches for that: a line under it, with the limit of the
// rule.
import { LitElement, html, nothing } from 'lit';
import uPlot from 'uplot';
import { getJson } from './ask.js';
import { decimal } from './format.js';
import { store } from './store.js';

const EVERY_MS = 3_000;
const HEIGHT = 64;

class Unusual extends LitElement {
  static properties = { device: { attribute: false }, name: { attribute: false }, span: { attribute: false }, data: { state: true } };

  constructor() {
    super();
    this.data = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => document.hidden || this.load(), EVERY_MS);
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.dark.addEventListener('change', this.forget);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.dark.removeEventListener('change', this.forget);
    this.forget();
  }

  forget = () => {
    this.plot?.destroy();
    this.plot = null;
    this.requestUpdate();
  };

  willUpdate(changed) {
    if (!['device', 'name', 'span'].some((key) => changed.has(key))) return;
    if (changed.has('device') || changed.has('name')) this.data = null;
    this.load();
  }

  async load() {
    const { device, name, span } = this;
    if (!device || !name) return;
    const now = Math.round(store.now());
    const data = await getJson('/api/anomaly?' + new URLSearchParams({ device, name, from: Math.max(0, now - span), to: now + 60_000 })).catch(() => null);
    if (device === this.device && name === this.name && span === this.span) this.data = data;
  }

  /** From where on an alarm is raised. */
  get limit() {
    const limits = this.data?.limits.map(({ limit }) => limit) ?? [];
    return limits.length ? Math.min(...limits) : null;
  }

  render() {
    const { data, limit } = this;
    if (!data?.scored || limit === null) {
      this.plot?.destroy();
      this.plot = null;
      return nothing;
    }
    const now = data.score.at(-1);
    const said = now === undefined ? 'no readings in this time' : now === 0 ? 'still learning what is usual' : `now ${decimal(now)} times usual`;
    return html`<p class="unusual"><span class="muted">How unusual</span> <span class="value ${now >= limit ? 'bad' : ''}">${said}</span> <span class="muted">alarm at ${decimal(limit)}</span></p>
      <div class="unusual-plot" role="img" aria-label="How unusual ${this.name} is: ${said}, alarm at ${decimal(limit)}"></div>`;
  }

  updated() {
    const place = this.querySelector('.unusual-plot');
    if (!place) return;
    const { data, limit } = this;
    const columns = [data.timeMs.map((time) => time / 1000), data.score];
    if (!this.plot || this.place !== place) this.make(place, columns);
    else this.plot.setData(columns, false);
    const now = store.now() / 1000;
    this.plot.batch(() => {
      this.plot.setScale('x', { min: now - this.span / 1000, max: now });
      this.plot.setScale('y', { min: 0, max: 1.15 * Math.max(limit, ...data.score) });
    });
  }

  make(place, columns) {
    this.plot?.destroy();
    this.place = place;
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--grid'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif', gap: 4 };
    this.plot = new uPlot(
      {
        width: Math.max(120, place.clientWidth),
        height: HEIGHT,
        padding: [4, 12, 4, 0],
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: true, auto: false }, y: { auto: false } },
        axes: [{ show: false }, { ...axis, size: 54, space: 24 }],
        series: [{}, { stroke: colour('--warn'), width: 1.5, points: { show: false } }],
        hooks: { drawSeries: [(plot) => this.line(plot, colour('--bad'))] },
      },
      columns,
      place,
    );
    this.observer?.disconnect();
    this.observer = new ResizeObserver(() => this.plot?.setSize({ width: Math.max(120, place.clientWidth), height: HEIGHT }));
    this.observer.observe(place);
  }

  line({ ctx, bbox, valToPos }, ink) {
    const y = valToPos(this.limit, 'y', true);
    ctx.save();
    ctx.strokeStyle = ink;
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  }
}

customElements.define('ts-unusual', Unusual);
