// A rule tried on what was measured before: when it would have raised an alarm, and for how long.
import { LitElement, html, nothing } from 'lit';
import { postJson } from './ask.js';
import { count, duration, moment, shortName } from './format.js';
import { amount } from './alarm-words.js';
import { store } from './store.js';

const DAY_MS = 86_400_000;
const SPANS = [
  ['1 day', DAY_MS],
  ['7 days', 7 * DAY_MS],
  ['30 days', 30 * DAY_MS],
  ['1 year', 365 * DAY_MS],
];
const SHOWN = 50;

class AlarmTrial extends LitElement {
  static properties = { rule: { attribute: false }, span: { state: true }, found: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.rule = null;
    this.span = null;
    this.found = null;
    this.problem = '';
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has('rule')) return;
    this.span = null;
    this.found = null;
    this.problem = '';
  }

  render() {
    return html`<div class="trial">
      <p>Try it on the last <span class="choice" role="group" aria-label="Time it is tried on">${SPANS.map(([word, span]) => html`<button type="button" aria-pressed=${span === this.span} ?disabled=${this.busy} @click=${() => this.try(span)}>${word}</button>`)}</span></p>
      <div role="status">${this.busy ? html`<p class="muted">The readings of that time are looked at…</p>` : this.problem ? html`<p class="bad">${this.problem}</p>` : this.found ? this.result(this.found) : nothing}</div>
    </div>`;
  }

  result({ alarms, devices, readings, complete }) {
    const looked = `over ${count(readings)} ${readings === 1 ? 'reading' : 'readings'} of ${count(devices)} ${devices === 1 ? 'device' : 'devices'}`;
    return html`
      <p>${alarms.length === 0 ? html`<strong>It would have raised no alarm</strong> ${looked}.` : html`<strong>It would have raised ${alarms.length === 1 ? 'one alarm' : count(alarms.length) + ' alarms'}</strong> ${looked}.`}${complete ? nothing : html` <span class="warn">That is not all: take a shorter time, or fewer devices.</span>`}</p>
      <ol>${alarms.slice(-SHOWN).reverse().map((alarm) => this.alarm(alarm))}</ol>
      ${alarms.length > SHOWN ? html`<p class="muted">and ${count(alarms.length - SHOWN)} earlier ones</p>` : nothing}
    `;
  }

  alarm(alarm) {
    const { device, raisedMs, clearedMs } = alarm;
    return html`<li><strong>${shortName(device)}</strong> ${moment(raisedMs)} <span class="muted">${clearedMs === undefined ? 'and still so at the end' : 'for ' + duration(clearedMs - raisedMs)}</span> ${amount(alarm)}</li>`;
  }

  async try(span) {
    const { rule } = this;
    this.span = span;
    this.busy = true;
    this.problem = '';
    this.found = null;
    try {
      const toMs = Math.round(store.now());
      const found = await postJson('/api/alarm-rules/test', { rule: typeof rule === 'function' ? rule() : rule, fromMs: toMs - span, toMs });
      found.alarms.sort((a, b) => a.raisedMs - b.raisedMs);
      this.found = found;
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }
}

customElements.define('ts-alarm-trial', AlarmTrial);
