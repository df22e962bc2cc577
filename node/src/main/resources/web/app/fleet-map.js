// The fleet on a map: the node puts devices together that are close to each other, so that it is the same for ten and
// for fifty thousand. A cluster leads to the part of the map where its devices are apart, a device to its page.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { MapElement } from './map-element.js';
import { latAt, lonAt } from './outlines.js';
import { paintClusters } from './fleet-paint.js';
import { addressOf } from './device-rows.js';
import { count } from './format.js';

const EVERY_MS = 3000;
const SETTLED_MS = 150;
const CLUSTER_PX = 60;
/** So much more than a cluster, in degrees, so that rounding leaves nobody out. */
const NEAR = 0.00001;

class FleetMap extends MapElement {
  static properties = { clusters: { state: true }, problem: { state: true } };
  static hitPx = 22;

  constructor() {
    super();
    this.clusters = null;
    this.problem = '';
    this.asked = 0;
    /** Where all of them are, for as long as nobody moves the map. */
    this.reach = [];
  }

  render() {
    const empty = this.clusters?.length === 0 && !this.view.moved;
    return html`
      <div class="head">
        <h2>Where they are</h2>
        <span class="legend muted"><span class="mark live" aria-hidden="true">●</span> live <span class="mark silent" aria-hidden="true">●</span> late or silent</span>
      </div>
      ${this.problem ? html`<p class="hint warn" role="alert">${this.problem}</p>` : nothing}
      ${this.canvas('Map of the fleet. Arrow keys move it, plus and minus zoom, Enter looks closer at what is nearest to the middle, or opens it where it is one device. The list of devices has them all.', 'Show all devices', empty ? html`No device has said where it is. Readings with the units <code>lat</code> and <code>lon</code> put it on the map.` : null)}
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
    super.firstUpdated();
    setInterval(() => document.hidden || this.load(), EVERY_MS);
    this.fit();
  }

  positions() {
    return this.reach;
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

  viewChanged() {
    super.viewChanged();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.load(), SETTLED_MS);
  }

  paint(context, colour) {
    return paintClusters(context, this.view, this.clusters ?? [], colour);
  }

  /** Closer, until what is in a cluster is apart; where it never will be, the list has it. */
  choose(mark) {
    const { device, around: [west, south, east, north] } = mark.cluster;
    if (device) return location.assign(addressOf(device));
    const before = this.view.scale;
    this.view.fit([{ lat: south, lon: west }, { lat: north, lon: east }], 1e-6);
    this.view.moved = true;
    if (this.view.scale <= before * 1.05) this.view.zoom(2);
    if (this.view.scale <= before * 1.05) location.assign(`/devices?within=${[west - NEAR, south - NEAR, east + NEAR, north + NEAR].map((side) => side.toFixed(6))}`);
  }
}

customElements.define('ts-fleet-map', FleetMap);
