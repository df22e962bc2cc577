// The accounts of a contract’s parties and the values of its terms: what is filled in takes the place of the text’s. For an offer
// one of the parties offers, the others come with who takes it, and terms may be left open for them to choose.
import { LitElement, html, nothing } from 'lit';
import { knownAccounts } from './known-accounts.js';
import { plain } from './contract-words.js';

/** Which terms who takes an offer may choose: no price, and nothing without a value. */
export const OPENABLE = new Set(['quantity', 'duration', 'device', 'text']);
const EXAMPLE = { duration: '30 min', money: '120.00', quantity: '8.0', device: 'member:name', text: '' };

class ContractForm extends LitElement {
  static properties = { checked: { attribute: false }, values: { attribute: false }, filled: { attribute: false }, offer: { attribute: false }, accounts: { state: true }, devices: { state: true } };

  constructor() {
    super();
    this.checked = null;
    this.values = {};
    this.filled = () => {};
    /** For an offer: `{ party, open, offers(party), opens(term, isOpen) }`. */
    this.offer = null;
    this.accounts = [];
    this.devices = [];
    this.last = { roles: [], terms: [] };
  }

  createRenderRoot() {
    return this;
  }

  async connectedCallback() {
    super.connectedCallback();
    const { accounts, devices } = await knownAccounts();
    Object.assign(this, { accounts, devices });
  }

  /** While the text cannot be read, what it had before stays. */
  willUpdate() {
    if (this.checked && this.checked.roles.length + this.checked.terms.length > 0) this.last = this.checked;
  }

  render() {
    const { roles, terms } = this.last;
    const own = terms.filter(({ type }) => type !== 'stream');
    return html`<div class="head"><h2>Who, and how much</h2><span class="muted">in the place of what the text says</span></div>
      ${roles.length + own.length === 0 ? html`<p class="hint">Parties and terms of the text stand here as soon as it has some.</p>` : nothing}
      ${roles.length > 0 ? (this.offer ? this.offering(roles) : html`<fieldset class="filling"><legend>Accounts of the parties</legend>${roles.map(({ name, role, account }) => this.field(name, role, account ?? '', 'member/…, device/… or key/…', 'accounts-known'))}</fieldset>`) : nothing}
      ${own.length > 0 ? html`<fieldset class="filling"><legend>Terms</legend>${own.map(({ name, type, value, unit }) => this.field(name, unit || type, value ?? '', EXAMPLE[type] ?? '', type === 'device' ? 'devices-known' : null, OPENABLE.has(type)))}</fieldset>` : nothing}
      <datalist id="accounts-known">${this.accounts.map((id) => html`<option value=${id}></option>`)}</datalist>
      <datalist id="devices-known">${this.devices.map((id) => html`<option value=${id}></option>`)}</datalist>`;
  }

  offering(roles) {
    const { party, offers } = this.offer;
    return html`<fieldset class="filling"><legend>Which of its parties offers</legend>${roles.map(({ name, role }) => html`<label class="pick"><input type="radio" name="party" value=${name} .checked=${party === name} @change=${() => offers(name)} /> <span><strong>${plain(name)}</strong> <span class="muted">${role}</span></span></label>`)}</fieldset>`;
  }

  /** Whether who takes the offer chooses the term: then the value is what is proposed. */
  opening(name) {
    const { open, opens } = this.offer;
    return html`<label class="check"><input type="checkbox" aria-label="Who takes it chooses ${plain(name)}" .checked=${open.has(name)} @change=${(event) => opens(name, event.target.checked)} /> who takes it chooses</label>`;
  }

  field(name, says, inText, example, known, isOpenable = false) {
    const given = this.values[name] ?? '';
    return html`<div class="fill">
      <label for="fill-${name}">${plain(name)}</label>
      <input id="fill-${name}" name=${name} maxlength="500" autocomplete="off" spellcheck="false" list=${known ?? nothing} placeholder=${given === '' ? inText || example : example} aria-describedby="says-${name}" .value=${given} @input=${(event) => this.filled(name, event.target.value.trim())} />
      <span id="says-${name}" class="muted">${says}</span>
      ${this.offer && isOpenable ? this.opening(name) : nothing}
    </div>`;
  }
}

customElements.define('ts-contract-form', ContractForm);
