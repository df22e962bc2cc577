// The accounts of a contract’s parties and the values of its terms: what is filled in takes the place of the text’s.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';
import { plain } from './contract-words.js';

const EXAMPLE = { duration: '30 min', money: '120.00', quantity: '8.0', device: 'member:name', text: '' };

class ContractForm extends LitElement {
  static properties = { checked: { attribute: false }, values: { attribute: false }, filled: { attribute: false }, accounts: { state: true }, devices: { state: true } };

  constructor() {
    super();
    this.checked = null;
    this.values = {};
    this.filled = () => {};
    this.accounts = [];
    this.devices = [];
    this.last = { roles: [], terms: [] };
  }

  createRenderRoot() {
    return this;
  }

  async connectedCallback() {
    super.connectedCallback();
    const [consortium, things] = await Promise.all([getJson('/api/consortium').catch(() => ({ members: [] })), getJson('/api/things?limit=200').catch(() => ({ things: [] }))]);
    this.devices = things.things.map(({ title }) => title);
    this.accounts = [...consortium.members.filter(({ removed }) => !removed).map(({ name }) => 'member/' + name), ...things.things.filter((thing) => thing['ts:member'] === consortium.member).map(({ title }) => 'device/' + title)];
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
      ${roles.length > 0 ? html`<fieldset class="filling"><legend>Accounts of the parties</legend>${roles.map(({ name, role, account }) => this.field(name, role, account ?? '', 'member/…, device/… or key/…', 'accounts-known'))}</fieldset>` : nothing}
      ${own.length > 0 ? html`<fieldset class="filling"><legend>Terms</legend>${own.map(({ name, type, value, unit }) => this.field(name, unit || type, value ?? '', EXAMPLE[type] ?? '', type === 'device' ? 'devices-known' : null))}</fieldset>` : nothing}
      <datalist id="accounts-known">${this.accounts.map((id) => html`<option value=${id}></option>`)}</datalist>
      <datalist id="devices-known">${this.devices.map((id) => html`<option value=${id}></option>`)}</datalist>`;
  }

  field(name, says, inText, example, known) {
    const given = this.values[name] ?? '';
    return html`<div class="fill">
      <label for="fill-${name}">${plain(name)}</label>
      <input id="fill-${name}" name=${name} maxlength="500" autocomplete="off" spellcheck="false" list=${known ?? nothing} placeholder=${given === '' ? inText || example : example} aria-describedby="says-${name}" .value=${given} @input=${(event) => this.filled(name, event.target.value.trim())} />
      <span id="says-${name}" class="muted">${says}</span>
    </div>`;
  }
}

customElements.define('ts-contract-form', ContractForm);
