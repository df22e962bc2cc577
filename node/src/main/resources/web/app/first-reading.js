// Waits for a device's first message, and turns green with it: the reading, how sure it is, and the way to prove it.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { ago, shortName, trust, unit, value } from './format.js';
import { proofs } from './proofs.js';
import { readingBadge } from './reading-badge.js';

const EVERY_MS = 1000;
const NEWEST = 20;

class FirstReading extends LiveElement {
  static watches = ['status'];
  static ages = true;
  static properties = { device: {}, coded: { type: Boolean }, readings: { state: true }, claimedBy: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.reset();
  }

  reset() {
    this.readings = [];
    this.claimedBy = '';
    this.problem = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.asking = setInterval(() => document.hidden || this.ask(), EVERY_MS);
    this.forgetProofs = proofs.subscribe(() => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.asking);
    this.forgetProofs();
  }

  willUpdate(changed) {
    if (changed.has('device')) this.reset();
  }

  async ask() {
    const { device } = this;
    if (!device || this.readings.length > 0) return;
    try {
      const [{ readings }, claims] = await Promise.all([getJson(`/api/readings?limit=${NEWEST}&device=${encodeURIComponent(device)}`), this.coded ? getJson('/api/claims') : { claims: [] }]);
      if (device !== this.device) return;
      // those of the first message: the lowest number there is
      const first = Math.min(...readings.map(({ n }) => n));
      this.readings = readings.filter(({ n }) => n === first);
      this.claimedBy = claims.claims.find((claim) => claim.device === device)?.claimedBy ?? '';
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    const { device, readings } = this;
    if (!device) return html`<p class="muted">As soon as the device sends something, this turns green.</p>`;
    if (readings.length === 0) return this.waiting();
    return html`<div class="arrived">
      <p class="good"><span aria-hidden="true">✓</span> <strong>${shortName(device)}</strong> is connected. Its first message is in the log.</p>
      <ul>
        ${readings.map((reading) => html`<li class="reading">
          <span class="name">${reading.name}</span>
          <span class="value">${value(reading)} <span class="unit">${unit(reading.unit)}</span></span>
          <span class="facts">${ago(store.now() - reading.receivedMs)} · ${trust(reading.trust).long} · no. ${reading.n}</span>
          ${readingBadge(reading)}
        </li>`)}
      </ul>
    </div>`;
  }

  waiting() {
    const { device, claimedBy } = this;
    return html`${claimedBy ? html`<p class="good"><span aria-hidden="true">✓</span> <strong>${shortName(device)}</strong> was claimed. Its key has the thumbprint <code class="print">${claimedBy.slice(0, 16)}…</code>; the device knows the same.</p>` : nothing}
      <p><span class="waiting" aria-hidden="true">◌</span> ${this.coded && !claimedBy ? html`Waiting for the device to claim <strong>${shortName(device)}</strong>…` : html`Waiting for the first message of <strong>${shortName(device)}</strong>…`}</p>
      ${this.problem ? html`<p class="warn">${this.problem}</p>` : nothing}`;
  }
}

customElements.define('ts-first-reading', FirstReading);
