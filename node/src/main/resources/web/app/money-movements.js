// What came to an account and went from it, in plain words: of all assets or one, of all times or some; as files for
// book-keepers; and instructions for a bank out of those that are chosen.
import { LitElement, html, nothing } from 'lit';
import { getJson, saveFile } from './ask.js';
import { moment } from './format.js';
import { accountName, accountPath, eventLink, isNegative, sum } from './money-words.js';
import './money-instructions.js';

const PAGE = 50;
const DAY_MS = 86_400_000;
/** Pages in which nothing was found are gone over. */
const MOST_EMPTY = 5;
const CURRENCY = /:[A-Z]{3}$/;

class Movements extends LitElement {
  static properties = { account: {}, balances: { attribute: false }, newest: { type: Number }, found: { state: true }, problem: { state: true }, asset: { state: true }, days: { state: true }, chosen: { state: true }, assets: { state: true }, instructing: { state: true } };

  constructor() {
    super();
    this.account = '';
    this.balances = [];
    this.newest = 0;
    this.found = null;
    this.problem = '';
    this.asset = '';
    this.days = { from: '', to: '' };
    this.chosen = new Map();
    this.assets = [];
    this.instructing = false;
    this.asked = 0;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has('account')) {
      this.found = null;
      this.chosen = new Map();
      this.asset = '';
    }
    if (changed.has('account') || changed.has('newest')) this.load();
  }

  get span() {
    const { from, to } = this.days;
    return { ...(from ? { from: Date.parse(from) } : {}), ...(to ? { to: Date.parse(to) + DAY_MS } : {}) };
  }

  /** Anew, or what follows what is shown. */
  async load(before) {
    const asked = ++this.asked;
    let found = before === undefined ? [] : this.found.movements;
    let next = before;
    try {
      for (let i = 0; i < MOST_EMPTY; i++) {
        const query = new URLSearchParams({ limit: PAGE, ...this.span, ...(this.asset ? { asset: this.asset } : {}), ...(next === undefined ? {} : { before: next }) });
        const page = await getJson(`${accountPath(this.account)}/movements?${query}`);
        if (asked !== this.asked) return;
        found = [...found, ...page.movements];
        next = page.next;
        this.found = { ...page, movements: found };
        this.assets = [...new Set([...this.assets, ...found.map(({ asset }) => asset)])].sort();
        if (page.movements.length > 0 || next === undefined) break;
      }
      this.problem = '';
    } catch (error) {
      if (asked === this.asked) this.problem = error.message;
    }
  }

  render() {
    return html`<section class="panel" aria-labelledby="movements-title">
      <div class="head"><h2 id="movements-title">Movements</h2>${this.files()}</div>
      ${this.filters()}
      ${this.problem ? html`<p class="said bad" role="alert">${this.problem}</p>` : nothing}
      ${this.found ? this.rows() : html`<p class="hint" role="status">Asking the node…</p>`}
      ${this.chosen.size ? html`<p class="hint buttons"><button type="button" class="button" @click=${() => (this.instructing = true)}>Instructions for a bank…</button> <span class="muted">${this.chosen.size === 1 ? 'one payment' : this.chosen.size + ' payments'} chosen</span> <button type="button" class="button" @click=${() => (this.chosen = new Map())}>Choose none</button></p>` : nothing}
      ${this.instructing ? html`<ts-instructions .movements=${[...this.chosen.values()]} @closed=${() => (this.instructing = false)}></ts-instructions>` : nothing}
    </section>`;
  }

  filters() {
    const all = [...new Set([...this.balances.map(({ asset }) => asset), ...this.assets])].sort();
    return html`<search class="filters">
      <label>Asset <select @change=${(event) => this.narrow({ asset: event.target.value })}><option value="" .selected=${this.asset === ''}>all</option>${all.map((asset) => html`<option value=${asset} .selected=${this.asset === asset}>${asset}</option>`)}</select></label>
      <label>From <input type="date" .value=${this.days.from} @change=${(event) => this.narrow({ days: { ...this.days, from: event.target.value } })} /></label>
      <label>To <input type="date" .value=${this.days.to} @change=${(event) => this.narrow({ days: { ...this.days, to: event.target.value } })} /></label>
      ${this.asset || this.days.from || this.days.to ? html`<button type="button" class="button" @click=${() => this.narrow({ asset: '', days: { from: '', to: '' } })}>Clear</button>` : nothing}
    </search>`;
  }

  narrow(what) {
    Object.assign(this, what);
    this.load();
  }

  /** Statements are of one asset. */
  files() {
    const asset = this.asset || (this.assets.length === 1 ? this.assets[0] : '');
    if (!asset) return this.assets.length > 1 ? html`<span class="muted">choose an asset for a statement</span>` : nothing;
    const name = `${accountName(this.account).replaceAll(/[^a-z0-9]+/g, '-')}-${asset.split(':')[1]}`;
    return html`<span class="buttons">
      <button type="button" class="button" aria-label="Statement in ${asset} as CSV" @click=${() => this.save(asset, 'csv', name + '.csv')}>CSV</button>
      ${CURRENCY.test(asset) ? html`<button type="button" class="button" aria-label="Statement in ${asset} as camt.053" @click=${() => this.save(asset, 'camt.053', name + '.camt053.xml')}>camt.053</button>` : nothing}
    </span>`;
  }

  async save(asset, format, name) {
    this.problem = await saveFile(`${accountPath(this.account)}/statement?${new URLSearchParams({ asset, format, ...this.span })}`, name).then(() => '', (error) => error.message);
  }

  rows() {
    const { movements, next, missing, first } = this.found;
    const narrowed = this.asset || this.days.from || this.days.to;
    return html`
      ${movements.length === 0 ? html`<p class="hint">${narrowed ? 'Nothing moved like this.' : 'Nothing came and nothing went yet.'}</p>` : nothing}
      <ol class="movements">${movements.map((movement) => this.row(movement))}</ol>
      ${missing.length ? html`<p class="hint" role="status">Some older events are being fetched from the other members.</p>` : nothing}
      ${next !== undefined ? html`<p class="hint"><button type="button" class="button" @click=${() => this.load(next)}>Older movements</button></p>` : first > 0 && !missing.length ? html`<p class="hint">This member has the events from ${first} on: it joined with a snapshot.</p>` : nothing}`;
  }

  row(movement) {
    const { event, timeMs, amount, asset, words } = movement;
    const goes = isNegative(amount);
    return html`<li>
      ${CURRENCY.test(asset) ? html`<input type="checkbox" aria-label="Choose event ${event} for a bank" .checked=${this.chosen.has(event)} @change=${(change) => this.choose(movement, change.target.checked)} />` : html`<span></span>`}
      <span class="value ${goes ? '' : 'good'}">${goes ? '' : '+'}${sum(amount)} <span class="unit">${asset}</span></span>
      <span class="words">${words} <span class="muted">${eventLink(event)}</span></span>
      <time class="muted" datetime=${new Date(timeMs).toISOString()}>${moment(timeMs)}</time>
    </li>`;
  }

  choose(movement, isChosen) {
    const chosen = new Map(this.chosen);
    if (isChosen) chosen.set(movement.event, movement);
    else chosen.delete(movement.event);
    this.chosen = chosen;
  }
}

customElements.define('ts-movements', Movements);
