// The keys of one device: which are in force, what became of them on the ledger, and for whoever may, revoking one or
// giving it a further one.
import { html, nothing } from 'lit';
import { getJson, postJson } from './ask.js';
import { showWhile, whenClosed } from './dialogs.js';
import { may } from './me.js';
import { PageElement } from './page-element.js';
import { eventRows } from './ledger-events.js';
import { store } from './store.js';
import { shortName } from './format.js';
import './copy-lines.js';
import './device-tokens.js';

const NEWEST = 8;
const REASONS = [
  ['lost', 'lost: nobody knows where it is'],
  ['stolen', 'stolen: somebody else may have it'],
  ['retired', 'retired: it is not used any more'],
  ['misbehaved', 'misbehaved: the device sent what it should not have'],
];

class DeviceKeys extends PageElement {
  static everyMs = 5000;
  static properties = { asking: { state: true }, busy: { state: true }, refused: { state: true }, said: { state: true }, events: { state: true } };

  constructor() {
    super();
    this.asking = null;
    this.busy = false;
    this.refused = '';
    this.said = '';
    this.events = [];
  }

  get path() {
    return '/api/devices/' + encodeURIComponent(store.only);
  }

  async load() {
    try {
      const [detail, page] = await Promise.all([getJson(this.path), getJson(`/api/events?limit=${NEWEST}&subject=${encodeURIComponent('device/' + store.only)}`)]);
      this.data = detail;
      this.events = page.events;
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  /** Devices of other members are theirs to decide about. */
  get mayChange() {
    return may('devices') && store.status?.member === store.only.split(':')[0];
  }

  render() {
    if (!this.data) return html`<div class="head"><h2>Keys</h2></div><p class="hint" role="status">${this.problem || 'Asking the node…'}</p>`;
    const { keys } = this.data;
    return html`
      <div class="head"><h2>Keys and history</h2><span class="muted">${keys.length === 1 ? 'one key in force' : keys.length === 0 ? 'no key in force' : keys.length + ' keys in force'}</span></div>
      <div class="inner">
        <p class="said good" role="status">${this.said}</p>
        ${this.problem ? html`<p class="warn" role="alert">${this.problem}</p>` : nothing}
        ${keys.length === 0 ? this.none() : html`<ul class="keys">${keys.map((key) => this.row(key))}</ul>`}
        ${this.mayChange ? html`<p><button type="button" class="button" @click=${() => this.ask(null)}>Give it a further key…</button></p>` : nothing}
      </div>
      <h3 class="inner">On the ledger</h3>
      ${this.events.length ? eventRows(this.events) : html`<p class="hint">The ledger tells nothing of it, as far as its events are kept here.</p>`}
      ${this.dialog(keys)}
    `;
  }

  none() {
    const revoked = this.events.some(({ type }) => type === 'device-key-revoked');
    if (revoked) return html`<p class="muted">Its keys are revoked: nothing it signs is accepted until it has a new one.</p>`;
    return html`<p class="muted">It signs nothing itself: this member signs what comes with its token, or a gateway does.</p>
      ${this.mayChange ? html`<ts-device-tokens></ts-device-tokens>` : nothing}`;
  }

  row(key) {
    return html`<li>
      <code title="thumbprint">${key}</code>
      ${this.mayChange ? html`<button type="button" class="button" aria-label="Revoke the key ${key.slice(0, 8)}" @click=${() => this.ask(key)}>Revoke…</button>` : nothing}
    </li>`;
  }

  /** @param key to be revoked, or null: one more is given */
  ask(key) {
    this.asking = { key };
    this.refused = '';
    this.said = '';
  }

  dialog(keys) {
    const { asking } = this;
    return html`<dialog aria-labelledby="key-title" @close=${whenClosed(() => (this.asking = null))}>
      ${!asking ? nothing : asking.key ? this.revoking(asking.key, keys.length === 1) : this.giving()}
    </dialog>`;
  }

  revoking(key, isLast) {
    const name = shortName(store.only);
    return html`<form class="ask" @submit=${this.revoke}>
      <h2 id="key-title">Revoke this key of ${name}?</h2>
      <p><code>${key}</code></p>
      <ul class="means">
        <li>What it signed before stays, and stays proven.</li>
        <li>From now on nothing that it signs is accepted, by no member.</li>
        <li>${isLast ? html`It is the only one: <strong>${name} can send nothing</strong> until you give it another.` : 'The other keys of the device stay in force.'}</li>
        <li>It stands on the ledger, with the reason, and cannot be undone.</li>
      </ul>
      <p><label for="key-reason">Why</label><br />
        <select id="key-reason" name="reason">${REASONS.map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select></p>
      ${this.buttons('Revoke it for ever')}
    </form>`;
  }

  giving() {
    const { ledger, member } = store.status ?? {};
    const line = `python -m thingstead possession --device ${store.only} --ledger ${ledger?.id ?? 'LEDGER_ID'} --key NEW.pem`;
    return html`<form class="ask" @submit=${this.give}>
      <h2 id="key-title">A further key for ${shortName(store.only)}</h2>
      <p>The device makes the key itself, so that the private half never leaves it, and proves that it has it. With the Python kit this line makes the key and prints both:</p>
      <ts-copy .text=${line}></ts-copy>
      <p><label for="new-public">Public key</label><br />
        <textarea id="new-public" name="key" rows="2" required maxlength="300" autocomplete="off" spellcheck="false" aria-describedby="public-hint"></textarea>
        <span class="muted" id="public-hint">A <code>did:key:z…</code>, or hex. Never the private key.</span></p>
      <p><label for="new-possession">Its proof of possession</label><br />
        <textarea id="new-possession" name="possession" rows="3" required maxlength="600" autocomplete="off" spellcheck="false"></textarea></p>
      <p class="muted">The keys that ${member ?? 'this member'} registered before stay in force until they are revoked.</p>
      ${this.buttons('Register the key')}
    </form>`;
  }

  buttons(does) {
    return html`<p class="warn" role="alert">${this.refused}</p>
      <p class="buttons">
        <button type="button" class="button" @click=${() => (this.asking = null)}>Cancel</button>
        <button type="submit" class="button strong" ?disabled=${this.busy}>${this.busy ? 'Asking the ledger…' : does}</button>
      </p>`;
  }

  async revoke(event) {
    event.preventDefault();
    const { key } = this.asking;
    const { reason } = Object.fromEntries(new FormData(event.target));
    await this.change(() => postJson(`${this.path}/keys/${key}/revoke`, { reason }), `The key ${key.slice(0, 8)} is revoked (${reason}).`);
  }

  async give(event) {
    event.preventDefault();
    const { key, possession } = Object.fromEntries(new FormData(event.target));
    await this.change(() => postJson(this.path + '/keys', { key: key.trim(), possession: possession.trim() }), 'The new key is in force.');
  }

  /** The dialog stays open while the ledger refuses, with why. */
  async change(what, done) {
    this.busy = true;
    this.refused = '';
    try {
      await what();
      await this.load();
      this.said = done;
      this.asking = null;
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
  }

  updated() {
    showWhile(this.querySelector(':scope > dialog'), this.asking);
  }
}

customElements.define('ts-device-keys', DeviceKeys);
