// The map: where the devices are, and how they move. Drawn here from outlines that the node itself serves.
import { html, nothing } from 'lit';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { stateOf } from './device-state.js';
import { Outlines } from './outlines.js';
import { MapView, listenToPointers } from './map-view.js';
import { colours, paintDevices, paintLand } from './map-paint.js';

/** How long a mark glides from one position to the next. */
const GLIDE_MS = 900;
const HIT_PX = 16;

class DeviceMap extends LiveElement {
  static watches = ['devices', 'list', 'selected'];
  static properties = { placeless: { state: true }, failed: { state: true } };

  constructor() {
    super();
    this.placeless = false;
    this.failed = false;
    this.view = new MapView(() => this.viewChanged());
    this.glides = new Map();
    this.placed = [];
    this.outlines = new Outlines();
    this.reduced = matchMedia('(prefers-reduced-motion: reduce)');
  }

  render() {
    return html`
      <div class="head">
        <h2>Map</h2>
        <span class="legend muted"><span class="mark live" aria-hidden="true">●</span> live <span class="mark late" aria-hidden="true">○</span> late <span class="mark silent" aria-hidden="true">✕</span> silent</span>
      </div>
      <div class="canvas">
        <canvas class="land"></canvas>
        <canvas class="marks" tabindex="0" role="application" aria-label="Map of the devices. Arrow keys move it, plus and minus zoom, Enter chooses the device nearest to the middle. The list of devices has them all."></canvas>
        <div class="zoom">
          <button type="button" aria-label="Zoom in" title="Zoom in" @click=${() => this.view.zoom(1.6)}>+</button>
          <button type="button" aria-label="Zoom out" title="Zoom out" @click=${() => this.view.zoom(1 / 1.6)}>−</button>
          <button type="button" aria-label="Show all devices" title="Show all devices" @click=${() => this.fit()}>⤢</button>
        </div>
        ${this.placeless ? html`<p class="hint over">No device has said where it is. Readings with the units <code>lat</code> and <code>lon</code> put it on the map.</p>` : nothing}
        ${this.failed ? html`<p class="hint over">The map's outlines could not be loaded.</p>` : nothing}
        <p class="source">Natural Earth</p>
      </div>
    `;
  }

  firstUpdated() {
    this.land = this.querySelector('canvas.land');
    this.marks = this.querySelector('canvas.marks');
    listenToPointers(this.marks, this.view, (at) => this.choose(at));
    this.marks.addEventListener('keydown', (event) => this.keydown(event));
    this.marks.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      this.marks.style.cursor = this.nearest([offsetX, offsetY]) ? 'pointer' : 'grab';
    });
    new ResizeObserver(() => this.resize()).observe(this.querySelector('.canvas'));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.viewChanged());
    // a state changes by time alone, too
    setInterval(() => this.paintSoon(), 2000);
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.querySelector('.canvas');
    if (width === 0) return;
    this.view.resize(width, height);
    for (const canvas of [this.land, this.marks]) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
    if (this.view.moved) this.viewChanged();
    else this.fit();
  }

  positions() {
    return [...store.devices.values()].filter(({ position }) => position).map(({ position }) => position);
  }

  fit() {
    const positions = this.positions();
    this.view.fit(positions);
    this.view.moved = false;
    this.fitted = positions.length;
    this.viewChanged();
  }

  storeChanged() {
    const positions = this.positions();
    this.placeless = store.status !== null && positions.length === 0;
    if (!this.view.moved && positions.length !== this.fitted) this.fit();
    for (const device of store.devices.values()) if (device.position) this.glide(device);
    this.paintSoon();
  }

  /** From where the mark is now to where the device says it is. */
  glide({ device, position }) {
    const before = this.glides.get(device);
    if (before && before.to.lat === position.lat && before.to.lon === position.lon) return;
    const now = performance.now();
    this.glides.set(device, { from: before ? between(before, now) : position, to: position, start: now });
  }

  landChanged() {
    this.landStale = true;
    this.paintSoon();
  }

  viewChanged() {
    this.landChanged();
    this.outlines.follow(this.view, () => this.landChanged(), () => (this.failed = true));
  }

  paintSoon() {
    if (this.frame || !this.marks) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  paint() {
    const colour = colours();
    if (this.landStale) {
      paintLand(this.land.getContext('2d'), this.view, this.outlines.shapes, colour);
      this.landStale = false;
    }
    const now = performance.now();
    let gliding = false;
    const marks = [];
    for (const device of store.devices.values()) {
      if (!device.position) continue;
      const glide = this.glides.get(device.device);
      if (glide && now - glide.start < GLIDE_MS && !this.reduced.matches) gliding = true;
      marks.push({
        id: device.device,
        position: glide && !this.reduced.matches ? between(glide, now) : device.position,
        trail: device.trail,
        state: stateOf(device, store.now()),
        chosen: device.device === store.selected,
      });
    }
    this.placed = paintDevices(this.marks.getContext('2d'), this.view, marks, colour);
    if (gliding) this.paintSoon();
  }

  nearest([x, y], within = HIT_PX) {
    let best = null;
    let least = within;
    for (const mark of this.placed) {
      const far = Math.hypot(mark.at[0] - x, mark.at[1] - y);
      if (far <= least) [best, least] = [mark, far];
    }
    return best;
  }

  choose(at) {
    const mark = this.nearest(at);
    if (mark) store.select(mark.id);
  }

  keydown(event) {
    if (event.key === 'Enter') {
      const mark = this.nearest([this.view.width / 2, this.view.height / 2], Infinity);
      if (mark) store.select(mark.id);
    } else if (!this.view.key(event.key)) return;
    event.preventDefault();
  }
}

/** Where a glide is at a time. */
function between({ from, to, start }, now) {
  const part = Math.min(1, (now - start) / GLIDE_MS);
  return { lat: from.lat + (to.lat - from.lat) * part, lon: from.lon + (to.lon - from.lon) * part };
}

customElements.define('ts-map', DeviceMap);
