// Offers on a map: a disc where somebody may take one, a ring where all its places are taken, a cross from where is looked.
import { html } from 'lit';
import { MapElement } from './map-element.js';
import { paintDevices, paintScale } from './map-paint.js';
import { placeOfOffer } from './market-words.js';
import { sum } from './money-words.js';

/** Marks so near to each other are chosen in turn. */
const SAME_PX = 6;

class OfferMap extends MapElement {
  static properties = { offers: { attribute: false }, near: { attribute: false }, chosen: { attribute: false } };
  static hitPx = 18;

  constructor() {
    super();
    this.offers = [];
    this.near = null;
    this.chosen = null;
  }

  render() {
    const placeless = this.offers.length > 0 && !this.offers.some(placeOfOffer);
    return this.canvas('Map of the offers. Arrow keys move it, plus and minus zoom, Enter chooses the offer nearest to the middle. The list of offers has them all.', 'Show all offers', placeless ? html`None of these offers says where it is.` : null);
  }

  /** Where there is one alone, its surroundings; else so close that they are apart. */
  get least() {
    return this.positions().length > 1 ? 0.00012 : 0.002;
  }

  positions() {
    return [...this.offers.map(placeOfOffer), this.near].filter(Boolean);
  }

  /** Those that came or went move the map, for as long as nobody has. */
  updated(changed) {
    if (!changed.has('offers') && !changed.has('near') && !changed.has('chosen')) return;
    const reach = JSON.stringify(this.positions());
    if (reach !== this.reach && !this.view.moved) this.fit();
    this.reach = reach;
    this.paintSoon();
  }

  paint(context, colour) {
    const marks = this.offers.flatMap((offer) => {
      const position = placeOfOffer(offer);
      return position ? [{ id: offer.number, name: `${sum(offer.price)} ${offer.asset.split(':')[1]}`, position, trail: [], state: offer.free ? 'live' : 'late', chosen: offer.number === this.chosen }] : [];
    });
    if (this.near) marks.push({ id: 0, name: 'from here', position: this.near, trail: [], state: 'silent', chosen: false });
    const placed = paintDevices(context, this.view, marks, colour).filter(({ id }) => id > 0);
    paintScale(context, this.view, colour);
    return placed;
  }

  /** Where several are in one place, the one after that which was chosen before. */
  choose({ at: [x, y] }) {
    const same = this.placed.filter(({ at }) => Math.hypot(at[0] - x, at[1] - y) < SAME_PX).map(({ id }) => id).sort((a, b) => a - b);
    const next = same[(same.indexOf(this.chosen) + 1) % same.length];
    this.dispatchEvent(new CustomEvent('choose', { detail: next }));
  }
}

customElements.define('ts-offer-map', OfferMap);
