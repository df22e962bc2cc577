// A map of the world that people move by pointer and keys: land beneath, marks above, drawn here from outlines that the node
// itself serves. Which marks there are, and what follows when one is chosen, is for the maps made of it.
import { html, nothing } from 'lit';
import { LiveElement } from './live-element.js';
import { Outlines } from './outlines.js';
import { MapView, listenToPointers } from './map-view.js';
import { colours, paintLand } from './map-paint.js';

export class MapElement extends LiveElement {
  static properties = { failed: { state: true } };
  /** How near to a mark a pointer chooses it. */
  static hitPx = 16;

  constructor() {
    super();
    this.failed = false;
    this.placed = [];
    this.outlines = new Outlines();
    this.view = new MapView(() => this.viewChanged());
  }

  /** The part of the world that is shown at least, where all of it is closer together. */
  get least() {
    return 0.002;
  }

  /** What all of it is, to be seen at first. */
  positions() {
    return [];
  }

  /** Paints what is on the land, and returns where each mark is: {at}. */
  paint() {
    return [];
  }

  choose() {}

  /**
   * @param label what it is, and which keys do what
   * @param all what the button says that shows all of it
   * @param empty what stands there where there is nothing, or null
   */
  canvas(label, all, empty) {
    return html`<div class="canvas">
      <canvas class="land"></canvas>
      <canvas class="marks" tabindex="0" role="application" aria-label=${label}></canvas>
      <div class="zoom">
        <button type="button" aria-label="Zoom in" title="Zoom in" @click=${() => this.view.zoom(1.6)}>+</button>
        <button type="button" aria-label="Zoom out" title="Zoom out" @click=${() => this.view.zoom(1 / 1.6)}>−</button>
        <button type="button" aria-label=${all} title=${all} @click=${() => this.fit()}>⤢</button>
      </div>
      ${empty ? html`<p class="hint over">${empty}</p>` : nothing}
      ${this.failed ? html`<p class="hint over">The map's outlines could not be loaded.</p>` : nothing}
      <p class="source">Natural Earth</p>
    </div>`;
  }

  firstUpdated() {
    this.land = this.querySelector('canvas.land');
    this.marks = this.querySelector('canvas.marks');
    listenToPointers(this.marks, this.view, (at) => this.pointed(at, this.constructor.hitPx));
    this.marks.addEventListener('keydown', (event) => this.keydown(event));
    this.marks.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      this.marks.style.cursor = this.nearest([offsetX, offsetY], this.constructor.hitPx) ? 'pointer' : '';
    });
    new ResizeObserver(() => this.resize()).observe(this.querySelector('.canvas'));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.viewChanged());
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.querySelector('.canvas');
    if (width === 0) return;
    this.view.resize(width, height);
    for (const canvas of [this.land, this.marks]) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
    if (!this.view.moved) this.view.fit(this.positions(), this.least);
    this.viewChanged();
  }

  fit() {
    this.view.fit(this.positions(), this.least);
    this.view.moved = false;
    this.viewChanged();
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
      const colour = colours();
      if (this.landStale) {
        paintLand(this.land.getContext('2d'), this.view, this.outlines.shapes, colour);
        this.landStale = false;
      }
      this.placed = this.paint(this.marks.getContext('2d'), colour);
    });
  }

  nearest([x, y], within) {
    let best = null;
    let least = within;
    for (const mark of this.placed) {
      const far = Math.hypot(mark.at[0] - x, mark.at[1] - y);
      if (far <= least) [best, least] = [mark, far];
    }
    return best;
  }

  /** A pointer was here, or Enter was pressed: then it is the middle. */
  pointed(at, within) {
    const mark = this.nearest(at, within);
    if (mark) this.choose(mark);
  }

  keydown(event) {
    if (event.key === 'Enter') this.pointed([this.view.width / 2, this.view.height / 2], Infinity);
    else if (!this.view.key(event.key)) return;
    event.preventDefault();
  }
}
