// Which part of the world a map shows, and how people move it: drag, pinch, wheel, keys.
import { latAt, lonAt, mercatorX, mercatorY } from './outlines.js';

const MIN_SCALE = 220;
const MAX_SCALE = 4_000_000;
const PAN_STEP = 60;

export class MapView {
  x = 0.53;
  y = 0.33;
  scale = 2200;
  width = 1;
  height = 1;
  /** Whether somebody moved it: from then on it does not move by itself. */
  moved = false;

  constructor(onChange) {
    this.onChange = onChange;
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  toScreen({ lat, lon }) {
    return [(mercatorX(lon) - this.x) * this.scale + this.width / 2, (mercatorY(lat) - this.y) * this.scale + this.height / 2];
  }

  toPlace([x, y]) {
    return { lat: latAt((y - this.height / 2) / this.scale + this.y), lon: lonAt((x - this.width / 2) / this.scale + this.x) };
  }

  /** The box of the world that is seen. */
  box() {
    const w = this.width / 2 / this.scale;
    const h = this.height / 2 / this.scale;
    return { west: this.x - w, east: this.x + w, north: this.y - h, south: this.y + h };
  }

  /** Shows all positions with some room around them; `least` is the part of the world that is shown at least. */
  fit(positions, least = 0.002) {
    if (positions.length === 0) return;
    const xs = positions.map(({ lon }) => mercatorX(lon));
    const ys = positions.map(({ lat }) => mercatorY(lat));
    const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.x = (west + east) / 2;
    this.y = (north + south) / 2;
    const room = 0.8;
    this.scale = clampScale(Math.min((this.width * room) / Math.max(east - west, least), (this.height * room) / Math.max(south - north, least)));
    this.onChange();
  }

  centre({ lat, lon }) {
    this.x = mercatorX(lon);
    this.y = mercatorY(lat);
    this.onChange();
  }

  pan(dx, dy) {
    this.moved = true;
    this.x = Math.max(0, Math.min(1, this.x - dx / this.scale));
    this.y = Math.max(0, Math.min(1, this.y - dy / this.scale));
    this.onChange();
  }

  /** Zooms about a point of the screen, which stays where it is. */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    this.moved = true;
    const scale = clampScale(this.scale * factor);
    const dx = px - this.width / 2;
    const dy = py - this.height / 2;
    this.x += dx / this.scale - dx / scale;
    this.y += dy / this.scale - dy / scale;
    this.scale = scale;
    this.onChange();
  }

  key(key) {
    const moves = { ArrowLeft: [PAN_STEP, 0], ArrowRight: [-PAN_STEP, 0], ArrowUp: [0, PAN_STEP], ArrowDown: [0, -PAN_STEP] };
    if (moves[key]) this.pan(...moves[key]);
    else if (key === '+' || key === '=') this.zoom(1.5);
    else if (key === '-') this.zoom(1 / 1.5);
    else return false;
    return true;
  }
}

const clampScale = (scale) => Math.max(MIN_SCALE, Math.min(MAX_SCALE, scale));

/** Lets pointers move the view. `onClick` gets the point where a pointer went down and up without moving. */
export function listenToPointers(element, view, onClick) {
  const down = new Map();
  let travelled = 0;
  const at = (event) => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  element.addEventListener('pointerdown', (event) => {
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, at(event));
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener('pointermove', (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    travelled += Math.hypot(dx, dy);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (other) view.zoom(distance(now, other) / Math.max(1, distance(before, other)), ...middle(now, other));
    if (travelled > 4) view.pan(other ? dx / 2 : dx, other ? dy / 2 : dy);
    down.set(event.pointerId, now);
  });
  const up = (event) => {
    const where = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (where && event.type === 'pointerup' && travelled <= 4) onClick(where);
  };
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  // the page scrolls over a map that nobody has turned to
  element.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && document.activeElement !== element) return;
    event.preventDefault();
    view.zoom(Math.exp(-event.deltaY * 0.002), ...at(event));
  }, { passive: false });
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
