// Names that wait for a device: until when, which were claimed, and taking a code back.
import { LitElement, html, nothing } from 'lit';
import { deleteJson, getJson } from './ask.js';
import { store } from './store.js';
import { age, shortName } from './format.js';

const EVERY_MS = 5000;

class PreparedNames extends LitElement {
  static properties = { news: {}, claims: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.claims = [];
    this.problem = '';
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.timer = setInterval(() => document.hidden || this.load(), EVERY_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  /** At first, and whenever one was made. */
  willUpdate(changed) {
    if (changed.has('news')) this.load();
  }

  async load() {
    try {
      this.claims = (await getJson('/api/claims')).claims;
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    this.hidden = this.claims.length === 0 && !this.problem;
    return html`<div class="head"><h2>Prepared names</h2></div>
      ${this.problem ? html`<p class="hint warn">${this.problem}</p>` : nothing}
      <ul>
        ${this.claims.map(({ device, expiresMs, claimedBy, onlyKey }) => html`<li class="prepared">
          <strong>${shortName(device)}</strong>
          <span class="muted">${claimedBy ? html`claimed by the key <code class="print">${claimedBy.slice(0, 16)}…</code>` : html`its code is good for ${age(expiresMs - store.now())} more${onlyKey ? html`, for the key <code class="print">${onlyKey.slice(0, 16)}…</code> alone` : nothing}`}</span>
          ${claimedBy ? nothing : html`<button type="button" class="button" aria-label="Take the code for ${shortName(device)} back" @click=${() => this.withdraw(device)}>Take back</button>`}
        </li>`)}
      </ul>`;
  }

  async withdraw(device) {
    await deleteJson('/api/claims/' + encodeURIComponent(device)).catch((error) => (this.problem = error.message));
    this.load();
  }
}

customElements.define('ts-prepared', PreparedNames);
