// The access tokens of one device that cannot sign: a further one, shown once, and the end of one that somebody else may
// know.
import { html, nothing } from 'lit';
import { deleteJson, getJson, postJson } from './ask.js';
import { ChangingElement } from './changing-element.js';
import { showWhile, whenClosed } from './dialogs.js';
import { ago, shortName } from './format.js';
import { store } from './store.js';

class DeviceTokens extends ChangingElement {
  static everyMs = 5000;
  static properties = { asking: { state: true } };

  constructor() {
    super();
    this.asking = null;
  }

  get path() {
    return `/api/devices/${encodeURIComponent(store.only)}/tokens`;
  }

  async load() {
    try {
      this.data = await getJson(this.path);
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    if (!this.data) return html`<p class="muted" role="status">${this.problem || 'Asking the node…'}</p>`;
    const { tokens } = this.data;
    return html`
      ${this.outcome()}
      ${this.made ? this.once(this.made, `The new token of ${shortName(store.only)}, shown only now. Those from before are in force until they are revoked: give the device this one, then revoke them.`) : nothing}
      ${tokens.length === 0 ? html`<p class="muted">It has no token in force: nothing is accepted from it.</p>` : html`<ul class="keys">${tokens.map((token) => this.row(token))}</ul>`}
      <p><button type="button" class="button" ?disabled=${this.busy} @click=${this.issue}>Give it a new token</button></p>
      <dialog aria-labelledby="token-title" @close=${whenClosed(() => (this.asking = null))}>${this.asking ? this.revoking(this.asking, tokens.length === 1) : nothing}</dialog>
    `;
  }

  row({ id, issuedMs }) {
    return html`<li>
      <span>Token <code title="the first digits of its hash">${id.slice(0, 8)}</code> <span class="muted">given out ${ago(store.now() - issuedMs)}</span></span>
      <button type="button" class="button" ?disabled=${this.busy} aria-label="Revoke the token ${id.slice(0, 8)}" @click=${() => (this.asking = id)}>Revoke…</button>
    </li>`;
  }

  revoking(id, isLast) {
    const name = shortName(store.only);
    return html`<form class="ask" @submit=${this.revoke}>
      <h2 id="token-title">Revoke this token of ${name}?</h2>
      <ul class="means">
        <li>Nothing is accepted with it any more, over connections that are open neither.</li>
        <li>What came with it stays, and stays proven.</li>
        ${isLast ? html`<li>It is the only one: <strong>${name} can send nothing</strong> until it has another.</li>` : nothing}
      </ul>
      <p class="buttons">
        <button type="button" class="button" @click=${() => (this.asking = null)}>Cancel</button>
        <button type="submit" class="button strong">Revoke it for ever</button>
      </p>
    </form>`;
  }

  async issue() {
    let token = null;
    await this.change(async () => ({ token } = await postJson(this.path)), '');
    this.made = token;
  }

  async revoke(event) {
    event.preventDefault();
    const id = this.asking;
    this.asking = null;
    await this.change(() => deleteJson(`${this.path}/${id}`), `The token ${id.slice(0, 8)} is revoked.`);
  }

  updated() {
    showWhile(this.querySelector('dialog'), this.asking);
  }
}

customElements.define('ts-device-tokens', DeviceTokens);
