// What is known of one device beside its readings and keys: what people call it, who vouches for it, which numbers never
// came, and the ways to its past.
import { html, nothing } from 'lit';
import { getJson, putJson } from './ask.js';
import { may } from './me.js';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { count, shortName, trust } from './format.js';

const EVERY_MS = 5000;
const MOST_GAPS = 12;
const ROLES = { device: 'signs with a key of its own', gateway: 'a gateway: signs for other devices too', token: 'has no key in force: this member, or a gateway, signs for it, or nobody' };

class DeviceFacts extends LiveElement {
  static watches = ['list', 'selected'];
  static properties = { detail: { state: true }, problem: { state: true }, said: { state: true } };

  constructor() {
    super();
    this.detail = null;
    this.problem = '';
    this.said = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
    this.asking = setInterval(() => document.hidden || this.load(), EVERY_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.asking);
  }

  get path() {
    return '/api/devices/' + encodeURIComponent(store.only);
  }

  async load() {
    try {
      this.detail = await getJson(this.path);
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  async rename(event) {
    event.preventDefault();
    const label = new FormData(event.target).get('label').trim();
    this.said = '';
    try {
      await putJson(this.path + '/label', { label });
      this.said = label ? 'Kept.' : 'It is called by its name again.';
      this.problem = '';
      await this.load();
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    if (!this.detail) return html`<div class="head"><h2>About this device</h2></div><p class="hint" role="status">${this.problem || 'Asking the node…'}</p>`;
    const { device, streams } = this.detail;
    return html`
      <div class="head"><h2>About ${device.label ?? shortName(device.device)}</h2><span class="muted">${device.device}</span></div>
      <div class="two">
        <div>
          ${may('devices') ? this.form(device) : nothing}
          <p role="status">${this.problem ? html`<span class="warn">${this.problem}</span>` : this.said}</p>
          <dl class="known">
            <div><dt>Kind</dt><dd>${ROLES[device.role] ?? device.role}</dd></div>
            <div><dt>Trust</dt><dd>${device.trust ? 'newest reading ' + trust(device.trust).long : 'nothing was heard of it yet'}</dd></div>
          </dl>
          <p class="ways">
            <a class="button" href="/ledger#find/${encodeURIComponent(device.device)}">Its history on the ledger</a>
            <a class="button" href="/api/export?format=csv&device=${encodeURIComponent(device.device)}" download="${shortName(device.device)}.csv">All its readings (CSV)</a>
            <a class="button" href="/api/things/${encodeURIComponent(device.device)}">Thing Description</a>
          </p>
        </div>
        <div class="numbers">
          <h3>Numbers that came</h3>
          ${streams.length === 0 ? html`<p class="muted">None yet.</p>` : streams.map((stream) => this.stream(stream))}
        </div>
      </div>`;
  }

  form({ device, label }) {
    return html`<form class="label" @submit=${this.rename}>
      <label>What people call it <input name="label" maxlength="80" autocomplete="off" .value=${label ?? ''} placeholder=${shortName(device)} /></label>
      <button class="button">Keep</button>
    </form>`;
  }

  stream({ thumbprint, trust: level, highest, gaps }) {
    const missing = gaps.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    return html`<p><strong>1 to ${count(highest)}</strong> ${trust(level).long}${thumbprint ? html`, key <code title=${thumbprint}>${thumbprint.slice(0, 10)}…</code>` : nothing}</p>
      ${missing === 0
        ? html`<p class="muted">No gap: every number came.</p>`
        : html`<p class="warn">${missing === 1 ? 'One number has' : count(missing) + ' numbers have'} not come:</p>
            <ul class="gaps">${gaps.slice(0, MOST_GAPS).map(({ first, last }) => html`<li>${first === last ? count(first) : `${count(first)} to ${count(last)}`}</li>`)}${gaps.length > MOST_GAPS ? html`<li>and ${count(gaps.length - MOST_GAPS)} more gaps</li>` : nothing}</ul>`}`;
  }
}

customElements.define('ts-device-facts', DeviceFacts);
