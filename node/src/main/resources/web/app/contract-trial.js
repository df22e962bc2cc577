// Tries a contract on readings of the past before anyone signs it: every step on a timeline, and who gets what in the end.
import { LitElement, html, nothing } from 'lit';
import { postJson } from './ask.js';
import { count } from './format.js';
import { first, list, money, plain, quoted, sign } from './contract-words.js';
import { timeline } from './contract-steps.js';
import { kept, keep } from './contract-draft.js';
import { readings, signatures, example } from './contract-lines.js';

const DAY_MS = 86_400_000;

class ContractTrial extends LitElement {
  static properties = { text: { attribute: false }, values: { attribute: false }, checked: { attribute: false }, template: { attribute: false }, source: { state: true }, lines: { state: true }, signed: { state: true }, from: { state: true }, to: { state: true }, start: { state: true }, outcome: { state: true }, refused: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.text = '';
    this.values = {};
    this.checked = null;
    this.template = '';
    this.source = 'lines';
    this.lines = '';
    this.signed = '';
    this.from = day(Date.now() - 7 * DAY_MS);
    this.to = day(Date.now() + DAY_MS);
    this.start = '';
    this.outcome = null;
    this.refused = '';
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    Object.assign(this, kept(this.template)?.trial ?? {});
  }

  set(what) {
    Object.assign(this, what);
    const { source, lines, signed, from, to, start } = this;
    if (kept(this.template)) keep(this.template, { trial: { source, lines, signed, from, to, start } });
    else keep(this.template, { text: this.text, values: this.values, trial: { source, lines, signed, from, to, start } });
  }

  render() {
    return html`<section class="panel" aria-labelledby="trial-title">
      <div class="head"><h2 id="trial-title">Try it on readings of the past</h2><span class="muted">nothing of it is on the ledger</span></div>
      <div class="trying"><form class="trying-form" @submit=${this.run}>
        <fieldset><legend>Readings</legend>
          <label class="check"><input type="radio" name="source" value="lines" .checked=${this.source === 'lines'} @change=${() => this.set({ source: 'lines' })} /> from lines</label>
          <label class="check"><input type="radio" name="source" value="own" .checked=${this.source === 'own'} @change=${() => this.set({ source: 'own' })} /> of this member’s devices</label>
        </fieldset>
        ${this.source === 'own' ? this.span() : this.given()}
        <details ?open=${this.signed !== '' || this.start !== ''}><summary>Who signs or pays, and when it begins</summary>
          <div class="entry"><label for="try-signed">Signatures, one a line: party, way on, time</label><textarea id="try-signed" rows="2" spellcheck="false" placeholder="driver cancelled 2026-05-01T12:00:00Z" .value=${this.signed} @input=${(event) => this.set({ signed: event.target.value })}></textarea></div>
          <div class="entry"><label for="try-start">All have signed at (UTC; empty: a moment before the first reading)</label><input id="try-start" type="datetime-local" step="1" .value=${this.start} @input=${(event) => this.set({ start: event.target.value })} /></div>
        </details>
        <p class="buttons"><button type="submit" class="button strong" ?disabled=${this.busy || !this.checked?.sound}>${this.busy ? 'It runs…' : 'Try it'}</button>${this.checked?.sound ? nothing : html`<span class="muted">as soon as it is sound</span>`}</p>
        ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
      </form>
      <div role="status">${this.outcome ? this.told(this.outcome) : html`<p class="hint">What would have happened stands here: every step, and who gives and gets how much. The contract is run as if all its parties had signed it then, and each node had shown what it measured at once.</p>`}</div></div>
    </section>`;
  }

  span() {
    return html`<div class="fields">
      <div class="entry"><label for="try-from">Measured from (UTC)</label><input id="try-from" type="date" required .value=${this.from} @input=${(event) => this.set({ from: event.target.value })} /></div>
      <div class="entry"><label for="try-to">to, which is not part of it</label><input id="try-to" type="date" required .value=${this.to} @input=${(event) => this.set({ to: event.target.value })} /></div>
    </div><p class="muted">At most 100,000 readings of the devices that the contract names and this member has.</p>`;
  }

  given() {
    return html`<div class="entry"><label for="try-lines">Lines of readings: JSON or CSV, as an export has them</label>
      <textarea id="try-lines" rows="6" wrap="off" spellcheck="false" maxlength="60000" placeholder="time,device,name,unit,value" .value=${this.lines} @input=${(event) => this.set({ lines: event.target.value })}></textarea></div>
      <p class="buttons"><button type="button" class="button" ?disabled=${!this.checked?.sound} @click=${() => this.set({ lines: example(this.checked.terms, Date.now()) })}>Fill in example lines</button><span class="muted">a row for each stream of the contract, with values to change</span></p>`;
  }

  triedOn() {
    return JSON.stringify([this.text, this.values]);
  }

  async run(event) {
    event.preventDefault();
    this.busy = true;
    this.refused = '';
    try {
      const asked = { text: this.text, values: this.values };
      if (this.source === 'own') Object.assign(asked, { fromMs: Date.parse(this.from), toMs: Date.parse(this.to) });
      else asked.readings = readings(this.lines);
      const signed = signatures(this.signed);
      if (signed.length > 0) asked.signatures = signed;
      if (this.start) asked.startMs = Date.parse(this.start + 'Z');
      const triedOn = this.triedOn();
      this.outcome = { triedOn, ...(await postJson('/api/contract-dry-runs', asked)) };
    } catch (error) {
      this.refused = error.message;
      this.outcome = null;
    }
    this.busy = false;
  }

  told({ triedOn, readings: looked, streams, skipped, elsewhere, steps, more, state, means, ended, sums }) {
    return html`<div class="outcome">
      ${triedOn === this.triedOn() ? nothing : html`<p class="warn">The contract was changed since: try it again.</p>`}
      <p class="large">${ended ? html`It ends in <strong>“${plain(state)}”</strong>: ${means}` : html`It stands in <strong>“${plain(state)}”</strong>: ${means}`}</p>
      <p class="muted">${count(looked)} ${looked === 1 ? 'reading' : 'readings'} of ${count(streams)} ${streams === 1 ? 'stream' : 'streams'}${skipped > 0 ? `; ${count(skipped)} in another unit or out of range left out` : ''}.${looked === 0 ? ' Nothing was measured: this is what time alone does.' : ''}${elsewhere.length > 0 ? ` Other members have the readings of ${list(elsewhere)}.` : ''}</p>
      <table class="contract-sums"><caption>Who gives and gets</caption>
        <thead><tr><th scope="col">Party</th><th scope="col" class="number">gives</th><th scope="col" class="number">gets</th><th scope="col" class="number">in all</th></tr></thead>
        <tbody>${sums.map(({ party, gave, got, balance }) => html`<tr><th scope="row">${plain(party)}</th><td class="number">${money(gave)}</td><td class="number">${money(got)}</td><td class="number ${sign(balance)}">${money((sign(balance) === 'plus' ? '+' : '') + balance)}</td></tr>`)}</tbody></table>
      ${timeline(steps.map((step) => ({ ...step, words: first(quoted(step.words)), done: step.done.map(quoted) })), 'Steps of the trial, the first one first')}
      ${more ? html`<p class="hint">There are more steps than are shown.</p>` : nothing}
    </div>`;
  }
}

const day = (ms) => new Date(ms).toISOString().slice(0, 10);

customElements.define('ts-contract-trial', ContractTrial);
