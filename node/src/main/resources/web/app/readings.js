// The newest readings, each with its age, who vouches for it, and how sure it is: accepted, then final, then proven.
import { html, nothing } from 'lit';
import { repeat } from 'lit-html/directives/repeat.js';
import { getJson } from './ask.js';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { age, clock, moment, shortName, trust, unit, value } from './format.js';
import { proofs } from './proofs.js';
import { readingBadge } from './reading-badge.js';

const MAX_ROWS = 40;
const DULL = new Set(['lat', 'lon']);

class Readings extends LiveElement {
  static watches = ['readings', 'selected', 'status'];
  static ages = true;
  static properties = { only: { state: true }, held: { state: true } };

  constructor() {
    super();
    this.only = false;
    this.held = null;
    this.ofDevice = [];
    this.under = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.forgetProofs = proofs.subscribe(() => {
      this.release();
      this.requestUpdate();
    });
    // a list that runs away under the pointer cannot be used: it rests while somebody is on it
    this.addEventListener('pointerenter', (event) => event.pointerType === 'mouse' && this.hold((this.under = true)));
    this.addEventListener('pointerleave', () => this.release((this.under = false)));
    this.addEventListener('focusin', (event) => event.target.closest('.rows') && this.hold());
    this.addEventListener('focusout', (event) => this.contains(event.relatedTarget) || this.release());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.forgetProofs();
  }

  hold() {
    this.held ??= this.rows();
  }

  /** While a proof is shown, what it proves stays in the list; and a button that rests while it checks loses the focus. */
  release() {
    if (!proofs.shown && !this.under && !this.querySelector('.rows')?.contains(document.activeElement)) this.held = null;
  }

  storeChanged(changed) {
    if (this.only && (changed.has('selected') || changed.has('readings'))) this.loadDevice();
    super.storeChanged(changed);
  }

  /** The chosen device's readings come from the series, where the page's own list has only a sample. */
  async loadDevice() {
    if (this.loadingDevice || !store.selected) return;
    this.loadingDevice = true;
    const device = store.selected;
    try {
      const { readings } = await getJson(`/api/readings?limit=${MAX_ROWS}&device=${encodeURIComponent(device)}`);
      if (device === store.selected) this.ofDevice = readings;
    } catch {
      // the next change asks again
    }
    this.requestUpdate();
    setTimeout(() => (this.loadingDevice = false), 1000);
  }

  rows() {
    const all = this.only ? this.ofDevice.filter(({ device }) => device === store.selected) : store.readings;
    return all.filter(({ name }) => !DULL.has(name)).slice(0, MAX_ROWS);
  }

  render() {
    const rows = this.held ?? this.rows();
    return html`
      <div class="head">
        <h2>Last readings</h2>
        <span class="muted paused" ?hidden=${!this.held}>paused while you look</span>
        ${store.only ? nothing : html`<span class="choice" role="group" aria-label="Which readings">
          <button type="button" aria-pressed=${!this.only} @click=${() => this.show(false)}>All</button>
          <button type="button" aria-pressed=${this.only} ?disabled=${!store.selected} @click=${() => this.show(true)}>${store.selected ? shortName(store.selected) : 'One'}</button>
        </span>`}
      </div>
      ${rows.length === 0 && store.status ? html`<p class="hint">Nothing has been measured yet. As soon as a device sends something it stands here, with the badge <em>accepted</em>; a second later it is <em>final</em>, and can be proven.</p>` : nothing}
      <ul class="rows">
        ${repeat(rows, (reading) => reading.index + reading.name, (reading) => this.row(reading))}
      </ul>
    `;
  }

  show(only) {
    this.only = only;
    this.held = null;
    if (only) this.loadDevice();
  }

  row(reading) {
    const now = store.now();
    const { long, short } = trust(reading.trust);
    const late = reading.receivedMs - reading.timeMs > 60_000;
    return html`
      <li class="reading">
        <span class="name"><button type="button" class="plain" title="Show ${reading.device}" @click=${() => store.select(reading.device)}>${shortName(reading.device)}</button> <span class="what">${reading.name}</span></span>
        <span class="value">${value(reading)} <span class="unit">${unit(reading.unit)}</span></span>
        <span class="facts" title="measured ${moment(reading.timeMs)}, received ${moment(reading.receivedMs)}, number ${reading.n}, leaf ${reading.index}; ${long}">
          ${age(now - reading.receivedMs)}${late ? html` · measured ${clock(reading.timeMs)}` : nothing} · ${short} · no. ${reading.n}
        </span>
        ${readingBadge(reading)}
      </li>
    `;
  }
}

customElements.define('ts-readings', Readings);
