// The fleet on a map: the node puts devices together that are close to each other, so that it is the same for ten and
// for fifty thousand. A cluster leads to the part of the map where its devices are apart, a device to its page.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';
import { MapView, listenToPointers } from './map-view.js';
import { Outlines } from './outlines.js';
import { colours, paintLand } from './map-paint.js';
import { paintClusters } from './fleet-paint.js';
import { addressOf } from './device-rows.js';
import { count } from './format.js';

const EVERY_MS = 3000;
const SETTLED_MS = 150;
const CLUSTER_PX = 60;
/** So much more than a cluster, in degrees, so that rounding leaves nobody out. */
const NEAR = 0.00001;

class FleetMap extends LitElement {
  static properties = { clusters: { state: true }, problem: { state: true }, failed: { state: true } };

  constructor() {
    super();
    this.clusters = null;
    this.problem = '';
    this.failed = false;
    this.asked = 0;
    this.placed = [];
    /** Where all of them are, for as long as nobody moves the map. */
    this.reach = [];
    this.outlines = new Outlines();
    this.view = new MapView(() => this.viewChanged());
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const empty = this.clusters?.length === 0 && !this.view.moved;
    return html`
      <div class="head">
        <h2>Where they are</h2>
        <span class="legend muted"><span class="mark live" aria-hidden="true">●</span> live <span class="mark silent" aria-hidden="true">●</span> late or silent</span>
      </div>
      ${this.problem ? html`<p class="hint warn" role="alert">${this.problem}</p>` : nothing}
      <div class="canvas">
        <canvas class="land"></canvas>
        <canvas class="marks" tabindex="0" role="application" aria-label="Map of the fleet. Arrow keys move it, plus and minus zoom, Enter looks closer at what is nearest to the middle, or opens it where it is one device. The list of devices has them all."></canvas>
        <div class="zoom">
          <button type="button" aria-label="Zoom in" title="Zoom in" @click=${() => this.view.zoom(1.6)}>+</button>
          <button type="button" aria-label="Zoom out" title="Zoom out" @click=${() => this.view.zoom(1 / 1.6)}>−</button>
          <button type="button" aria-label="Show all devices" title="Show all devices" @click=${() => this.fit()}>⤢</button>
        </div>
        ${empty ? html`<p class="hint over">No device has said where it is. Readings with the units <code>lat</code> and <code>lon</code> put it on the map.</p>` : nothing}
        ${this.failed ? html`<p class="hint over">The map's outlines could not be loaded.</p>` : nothing}
        <p class="source">Natural Earth</p>
      </div>
      <p class="hint said" role="status">${this.summary()}</p>
    `;
  }

  /** The same in words. */
  summary() {
    if (!this.clusters?.length) return '';
    const sum = (name) => this.clusters.reduce((all, cluster) => all + cluster[name], 0);
    const [live, late, silent] = ['live', 'late', 'silent'].map(sum);
    return `${count(live + late + silent)} here: ${count(live)} live, ${count(late)} late, ${count(silent)} silent`;
  }

  firstUpdated() {
    this.land = this.querySelector('canvas.land');
    this.marks = this.querySelector('canvas.marks');
    listenToPointers(this.marks, this.view, (at) => this.choose(this.nearest(at, 22)));
    this.marks.addEventListener('keydown', (event) => this.keydown(event));
    this.marks.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      this.marks.style.cursor = this.nearest([offsetX, offsetY], 22) ? 'pointer' : 'grab';
    });
    new ResizeObserver(() => this.resize()).observe(this.querySelector('.canvas'));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.viewChanged());
    setInterval(() => document.hidden || this.load(), EVERY_MS);
    this.fit();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.querySelector('.canvas');
    if (width === 0) return;
    this.view.resize(width, height);
    for (const canvas of [this.land, this.marks]) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
    if (!this.view.moved) this.view.fit(this.reach);
    this.viewChanged();
  }

  /** All of them: first where they are in the world, then with as many clusters as have room there. */
  async fit() {
    try {
      const { clusters } = await getJson('/api/fleet/map');
      this.reach = clusters.flatMap(({ around: [west, south, east, north] }) => [{ lat: south, lon: west }, { lat: north, lon: east }]);
      this.view.fit(this.reach);
      this.view.moved = false;
      this.clusters = clusters;
      this.problem = '';
      this.load();
    } catch (error) {
      this.problem = error.message;
    }
  }

  async load() {
    const asked = ++this.asked;
    const { west, east, north, south } = this.view.box();
    const sides = [lonAt(west), latAt(south), lonAt(east), latAt(north)].map((side) => side.toFixed(6));
    const across = Math.max(1, Math.min(40, Math.round(this.view.width / CLUSTER_PX)));
    try {
      const { clusters } = await getJson(`/api/fleet/map?within=${sides}&across=${across}`);
      if (asked !== this.asked) return;
      this.clusters = clusters;
      this.problem = '';
      this.paintSoon();
    } catch (error) {
      if (asked === this.asked) this.problem = error.message;
    }
  }

  landChanged() {
    this.landStale = true;
    this.paintSoon();
  }

  viewChanged() {
    this.landChanged();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.load(), SETTLED_MS);
    this.outlines.follow(this.view, () => this.landChanged(), () => (this.failed = true));
  }

  paintSoon() {
    if (this.frame || !this.marks) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const colour = colours();
      if (this.landStale) {
        paintLand(this.land.getContext('2d'), this.view, this.outlines.shapes, colour);
        this.landStale = false;
      }
      this.placed = paintClusters(this.marks.getContext('2d'), this.view, this.clusters ?? [], colour);
    });
  }

  nearest([x, y], within = Infinity) {
    let best = null;
    let least = within;
    for (const mark of this.placed) {
      const far = Math.hypot(mark.at[0] - x, mark.at[1] - y);
      if (far <= least) [best, least] = [mark, far];
    }
    return best;
  }

  /** Closer, until what is in a cluster is apart; where it never will be, the list has it. */
  choose(mark) {
    if (!mark) return;
    const { device, around: [west, south, east, north] } = mark.cluster;
    if (device) return location.assign(addressOf(device));
    const before = this.view.scale;
    this.view.fit([{ lat: south, lon: west }, { lat: north, lon: east }], 1e-6);
    this.view.moved = true;
    if (this.view.scale <= before * 1.05) this.view.zoom(2);
    if (this.view.scale <= before * 1.05) location.assign(`/devices?within=${[west - NEAR, south - NEAR, east + NEAR, north + NEAR].map((side) => side.toFixed(6))}`);
  }

  keydown(event) {
    if (event.key === 'Enter') this.choose(this.nearest([this.view.width / 2, this.view.height / 2]));
    else if (!this.view.key(event.key)) return;
    event.preventDefault();
  }
}

const lonAt = (x) => Math.max(-180, Math.min(180, x * 360 - 180));
const latAt = (y) => Math.max(-90, Math.min(90, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI));

customElements.define('ts-fleet-map', FleetMap);
