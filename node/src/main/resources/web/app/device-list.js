// The list of devices: searched, filtered and sorted by the node, a page at a time; the address keeps what is asked.
import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit-html/directives/repeat.js';
import { getJson } from './ask.js';
import { store } from './store.js';
import { count } from './format.js';
import { isNarrowed, parameters, readQuery, sortedBy, toggled } from './device-query.js';
import { cards, table } from './device-rows.js';
import { stateMark, stateWord } from './device-state.js';
import { deviceOf } from './device-json.js';

const PAGE = 50;
const TYPING_MS = 200;
const EVERY_MS = 3000;
const STATES = ['live', 'late', 'silent', 'never'];
const TRUST = [
  ['device-signed', 'signed by the device'],
  ['gateway-signed', 'signed by a gateway'],
  ['member-attested', 'attested by this member'],
];
const ROLES = [
  ['device', 'with a key of its own'],
  ['token', 'without a key'],
  ['gateway', 'gateway'],
];
const ORDERS = [
  ['name', 'name'],
  ['-heard', 'heard last'],
  ['heard', 'silent longest'],
  ['state', 'live first'],
  ['-state', 'silent first'],
  ['-missing', 'most missing'],
  ['label', 'label'],
];

class DeviceList extends LitElement {
  static properties = { query: { state: true }, page: { state: true }, problem: { state: true }, narrow: { state: true } };

  constructor() {
    super();
    this.query = readQuery(location.search);
    this.page = null;
    this.problem = '';
    this.asked = 0;
    this.media = matchMedia('(max-width: 760px)');
    this.narrow = this.media.matches;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.media.addEventListener('change', () => (this.narrow = this.media.matches));
    addEventListener('popstate', () => {
      this.query = readQuery(location.search);
      this.load();
    });
    setInterval(() => this.requestUpdate(), 1000);
    setInterval(() => document.hidden || this.load(), EVERY_MS);
    this.load();
  }

  /** Answers that come late are of a question that nobody asks any more. */
  async load() {
    const asked = ++this.asked;
    const wanted = parameters(this.query);
    wanted.set('limit', PAGE);
    try {
      const page = await getJson('/api/devices?' + wanted);
      if (asked !== this.asked) return;
      store.clock(page.nowMs);
      this.page = { ...page, devices: page.devices.map(deviceOf) };
      this.problem = '';
    } catch (error) {
      if (asked !== this.asked) return;
      this.problem = error.message;
      // a page of a list that was sorted otherwise: from its beginning
      if (error.code === 'request.malformed' && this.query.after) this.ask({ ...this.query, after: '' });
    }
  }

  /** Another question. The address keeps it; turning pages can be gone back by the browser's button. */
  ask(query, turns = false) {
    this.query = query;
    const search = parameters(query).toString();
    history[turns ? 'pushState' : 'replaceState'](null, '', search ? '?' + search : location.pathname);
    this.load();
  }

  typed(text) {
    this.query = { ...this.query, q: text, after: '' };
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.ask(this.query), TYPING_MS);
  }

  choose(name, value) {
    const query = { ...this.query, [name]: value, after: '' };
    if (query.sort.endsWith('value') && !query.quantity) query.sort = '';
    this.ask(query);
  }

  clear() {
    this.ask({ ...readQuery(''), sort: this.query.sort.endsWith('value') ? '' : this.query.sort });
    this.querySelector('input[type=search]').focus();
  }

  render() {
    const { page, query } = this;
    return html`<section class="panel" aria-labelledby="devices-title">
      <div class="head">
        <h2 id="devices-title">Devices</h2>
        <span class="muted" role="status">${page ? this.howMany(page) : this.problem ? nothing : 'Asking the node…'}</span>
      </div>
      ${this.problem ? html`<p class="hint warn" role="alert">${this.problem}</p>` : nothing}
      ${this.filters(page?.counts)}
      ${page ? this.rows(page) : nothing}
    </section>`;
  }

  howMany({ found, total }) {
    if (total === 0) return nothing;
    return isNarrowed(this.query) ? `${count(found)} of ${count(total)}` : count(total);
  }

  filters(counts) {
    const { query } = this;
    return html`<search class="filters">
      <input type="search" maxlength="200" placeholder="Search by name, label or quantity" aria-label="Search devices" .value=${query.q} @input=${(event) => this.typed(event.target.value)} />
      <span class="choice" role="group" aria-label="State">
        ${STATES.map((state) => html`<button type="button" aria-pressed=${query.state.split(',').includes(state)} @click=${() => this.choose('state', toggled(query.state, state))}><span class="mark ${state}" aria-hidden="true">${stateMark(state)}</span> ${stateWord(state)} <span class="count">${counts ? count(counts.state[state]) : ''}</span></button>`)}
      </span>
      ${this.narrow ? html`<details class="more" ?open=${this.isFiltered()}><summary>Filter and sort</summary><div>${this.choices(counts)}${this.order()}</div></details>` : this.choices(counts)}
      ${isNarrowed(query) ? html`<button type="button" class="button" @click=${() => this.clear()}>Clear</button>` : nothing}
    </search>`;
  }

  isFiltered() {
    const { quantity, trust, role, missing } = this.query;
    return Boolean(quantity || trust || role || missing);
  }

  choices(counts) {
    const { query } = this;
    return html`${this.select('quantity', 'Measures', 'anything', Object.entries(counts?.quantity ?? {}).map(([name, n]) => [name, name, n]))}
      ${this.select('trust', 'Trust', 'any', TRUST.map(([value, word]) => [value, word, counts?.trust[value]]))}
      ${this.select('role', 'Kind', 'any', ROLES.map(([value, word]) => [value, word, counts?.role[value]]))}
      <label class="check"><input type="checkbox" .checked=${query.missing === 'true'} @change=${(event) => this.choose('missing', event.target.checked ? 'true' : '')} /> with gaps${counts ? html` <span class="count">${count(counts.missing)}</span>` : nothing}</label>`;
  }

  select(name, title, any, options) {
    const value = this.query[name];
    const all = value && !options.some(([each]) => each === value) ? [[value, value, 0], ...options] : options;
    return html`<label>${title} <select @change=${(event) => this.choose(name, event.target.value)}>
      <option value="" .selected=${value === ''}>${any}</option>
      ${all.map(([each, word, n]) => html`<option value=${each} .selected=${each === value}>${word}${n === undefined ? '' : ` (${count(n)})`}</option>`)}
    </select></label>`;
  }

  /** Cards have no column heads to sort by. */
  order() {
    const now = this.query.sort || 'name';
    const all = ORDERS.some(([value]) => value === now) ? ORDERS : [...ORDERS, [now, now.replace('-', '') + (now.startsWith('-') ? ', downwards' : '')]];
    return html`<label>Sorted by <select @change=${(event) => this.ask({ ...this.query, sort: event.target.value, after: '' })}>${all.map(([value, word]) => html`<option value=${value} .selected=${value === now}>${word}</option>`)}</select></label>`;
  }

  rows(page) {
    if (page.devices.length === 0) return this.empty(page);
    const shown = { devices: page.devices, query: this.query, now: store.now(), sort: (column, down) => this.ask(sortedBy(this.query, column, down)) };
    return html`${this.narrow ? cards(shown) : table(shown)}
      ${page.next || this.query.after ? html`<p class="hint buttons">
        ${this.query.after ? html`<button type="button" class="button" @click=${() => this.ask({ ...this.query, after: '' }, true)}>First page</button>` : nothing}
        ${page.next ? html`<button type="button" class="button" @click=${() => this.turn(page.next)}>Next ${PAGE}</button>` : nothing}
        ${this.query.after ? html`<span class="muted">Your browser’s back button leads to the page before.</span>` : nothing}
      </p>` : nothing}`;
  }

  turn(after) {
    this.ask({ ...this.query, after }, true);
    scrollTo(0, 0);
  }

  empty({ total }) {
    if (total === 0) return html`<p class="hint">No device is registered yet. <a href="/connect">Connect your own</a>, or start the node with <code>./thingstead demo</code> for a fleet of simulated ones.</p>`;
    if (this.query.after && !isNarrowed(this.query)) return html`<p class="hint">No further devices. <button type="button" class="button" @click=${() => this.ask({ ...this.query, after: '' })}>First page</button></p>`;
    return html`<p class="hint">No device is like this. Search for a part of a name, a label, or what is measured, such as <em>temperature</em>; or <button type="button" class="button" @click=${() => this.clear()}>show all ${count(total)}</button>.</p>`;
  }
}

customElements.define('ts-device-list', DeviceList);
