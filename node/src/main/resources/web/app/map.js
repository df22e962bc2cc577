// The map: where the devices are, and how they move. Drawn here from outlines that the node itself serves.
import { html } from 'lit';
import { MapElement } from './map-element.js';
import { store } from './store.js';
import { stateOf } from './device-state.js';
import { paintDevices } from './map-paint.js';

/** How long a mark glides from one position to the next. */
const GLIDE_MS = 900;

class DeviceMap extends MapElement {
  static watches = ['devices', 'list', 'selected'];
  static properties = { placeless: { state: true } };

  constructor() {
    super();
    this.placeless = false;
    this.glides = new Map();
    this.reduced = matchMedia('(prefers-reduced-motion: reduce)');
  }

  render() {
    return html`
      <div class="head">
        <h2>Map</h2>
        <span class="legend muted"><span class="mark live" aria-hidden="true">●</span> live <span class="mark late" aria-hidden="true">○</span> late <span class="mark silent" aria-hidden="true">✕</span> silent</span>
      </div>
      ${this.canvas('Map of the devices. Arrow keys move it, plus and minus zoom, Enter chooses the device nearest to the middle. The list of devices has them all.', 'Show all devices', this.placeless ? html`No device has said where it is. Readings with the units <code>lat</code> and <code>lon</code> put it on the map.` : null)}
    `;
  }

  firstUpdated() {
    super.firstUpdated();
    // a state changes by time alone, too
    setInterval(() => this.paintSoon(), 2000);
  }

  positions() {
    return [...store.devices.values()].filter(({ position }) => position).map(({ position }) => position);
  }

  fit() {
    this.fitted = this.positions().length;
    super.fit();
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

  paint(context, colour) {
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
    if (gliding) this.paintSoon();
    return paintDevices(context, this.view, marks, colour);
  }

  choose({ id }) {
    store.select(id);
  }
}

/** Where a glide is at a time. */
function between({ from, to, start }, now) {
  const part = Math.min(1, (now - start) / GLIDE_MS);
  return { lat: from.lat + (to.lat - from.lat) * part, lon: from.lon + (to.lon - from.lon) * part };
}

customElements.define('ts-map', DeviceMap);
