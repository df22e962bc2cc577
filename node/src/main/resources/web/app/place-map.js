// A map on which somebody says where something is: a pointer, or Enter for the middle.
import { MapElement } from './map-element.js';
import { paintDevices, paintScale } from './map-paint.js';
import { placeText } from './market-words.js';

class PlaceMap extends MapElement {
  static properties = { place: { attribute: false } };

  constructor() {
    super();
    this.place = null;
  }

  render() {
    return this.canvas('Map to choose a place on. Arrow keys move it, plus and minus zoom, Enter chooses its middle. The field of the place says the same in degrees.', 'Show the place', null);
  }

  positions() {
    return this.place ? [this.place] : [];
  }

  /** A place that was typed is looked for; one that was pointed at is seen already. */
  updated(changed) {
    if (!changed.has('place')) return;
    if (this.place && (!this.view.moved || !this.isSeen(this.place))) this.fit();
    this.paintSoon();
  }

  isSeen(place) {
    const [x, y] = this.view.toScreen(place);
    return x > 0 && y > 0 && x < this.view.width && y < this.view.height;
  }

  paint(context, colour) {
    const placed = paintDevices(context, this.view, this.place ? [{ id: 1, name: placeText(this.place), position: this.place, trail: [], state: 'live', chosen: true }] : [], colour);
    paintScale(context, this.view, colour);
    return placed;
  }

  pointed(at) {
    this.view.moved = true;
    this.dispatchEvent(new CustomEvent('place', { detail: this.view.toPlace(at) }));
  }
}

customElements.define('ts-place-map', PlaceMap);
