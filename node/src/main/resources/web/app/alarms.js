// The alarms: what is raised now and who has seen it, what was, and the rules that raise them.
import { html, nothing } from 'lit';
import { repeat } from 'lit-html/directives/repeat.js';
import { getJson, postJson } from './ask.js';
import { me, may } from './me.js';
import { PageElement } from './page-element.js';
import { store } from './store.js';
import { ago, count, duration, moment, shortName } from './format.js';
import { amount, severityMark } from './alarm-words.js';
import { showWhile, whenClosed } from './dialogs.js';
import { proofs } from './proofs.js';
import './alarm-channels.js';
import './alarm-rules.js';
import './proof-dialog.js';

const PAGE = 30;
const WHO = 'thingstead.who';
const ENDED = { rule: ', ended with its rule', device: ', its device was removed' };

class Alarms extends PageElement {
  static properties = { history: { state: true }, asking: { state: true }, busy: { state: true }, refused: { state: true }, device: { state: true } };

  constructor() {
    super();
    this.history = { alarms: [], next: null, pages: 1 };
    this.asking = null;
    this.busy = false;
    this.refused = '';
    this.device = new URLSearchParams(location.search).get('device') ?? '';
  }

  async load() {
    const of = this.device ? '&device=' + encodeURIComponent(this.device) : '';
    const [open, past] = await Promise.all([getJson('/api/alarms?state=open&limit=200' + of), this.past(of)]).catch((error) => [error]);
    this.problem = open instanceof Error ? open.message : '';
    if (this.problem) return;
    this.data = open;
    this.history = { ...this.history, ...past };
  }

  /** As many of the newest as were asked for. */
  async past(of) {
    const alarms = [];
    let before = '';
    for (let page = 0; page < this.history.pages; page++) {
      const part = await getJson(`/api/alarms?state=cleared&limit=${PAGE}${before}${of}`);
      alarms.push(...part.alarms);
      if (part.next === undefined) return { alarms, next: null };
      before = '&before=' + part.next;
    }
    return { alarms, next: before };
  }

  render() {
    if (!this.data) return this.waiting();
    const { alarms } = this.data;
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      ${this.device ? html`<p class="only">Only those of <strong>${shortName(this.device)}</strong>. <a href="/alarms">Show all</a></p>` : nothing}
      <section class="panel" aria-labelledby="raised-title">
        <div class="head"><h2 id="raised-title">Raised now</h2><span class="muted">${alarms.length === 0 ? 'none' : count(alarms.length) + (this.data.next ? ' or more' : '')}</span></div>
        ${alarms.length === 0 ? html`<p class="hint"><span class="good" aria-hidden="true">✓</span> Nothing is raised. Alarms come from the rules below, as readings arrive; each stays in the history when it is over.</p>` : nothing}
        <ul class="alarms">${repeat(alarms, ({ number }) => number, (alarm) => this.alarm(alarm))}</ul>
      </section>
      <ts-alarm-rules class="panel" id="rules"></ts-alarm-rules>
      ${this.over()}
      ${may('alarms') ? html`<ts-alarm-channels class="panel"></ts-alarm-channels>` : nothing}
      ${this.dialog()}
      <ts-proof></ts-proof>
    `;
  }

  over() {
    const { alarms, next } = this.history;
    return html`<section class="panel" aria-labelledby="history-title">
      <div class="head"><h2 id="history-title">History</h2></div>
      ${alarms.length === 0 ? html`<p class="hint">No alarm is over yet.</p>` : nothing}
      <ol class="alarms past">${repeat(alarms, ({ number }) => number, (alarm) => this.alarm(alarm))}</ol>
      ${next ? html`<p class="hint buttons"><button type="button" class="button" @click=${this.older}>Older ones</button></p>` : nothing}
    </section>`;
  }

  alarm(alarm) {
    const { number, name, words, severity, device, raisedMs, cleared, acknowledged, state, late, place } = alarm;
    const lasted = cleared ? cleared.atMs - alarm.beganMs : store.now() - alarm.beganMs;
    return html`<li class="one ${severity} ${state}" data-number=${number}>
      ${severityMark(severity)}
      <div class="what-for">
        <p><strong>${name}</strong>${device ? html` <a href="/?device=${encodeURIComponent(device)}">${shortName(device)}</a>` : nothing} ${amount(alarm)}</p>
        <p class="muted">${words}</p>
        ${acknowledged ? html`<p><span class="good" aria-hidden="true">✓</span> seen by <strong>${acknowledged.by}</strong> ${ago(store.now() - acknowledged.atMs)}${acknowledged.note ? html`: “${acknowledged.note}”` : nothing}</p>` : nothing}
      </div>
      <p class="times"><span title=${moment(raisedMs)}>${cleared ? moment(raisedMs) : 'for ' + duration(Math.max(0, store.now() - raisedMs))}</span><span class="muted">${cleared ? `lasted ${duration(Math.max(0, lasted))}${late ? ', found late' : ''}${ENDED[cleared.why] ?? ''}` : `no. ${count(number)}`}</span></p>
      <p class="does">
        ${place && place.log === currentLog() ? html`<button type="button" class="button" aria-label="Prove the reading of alarm ${number}" @click=${() => proofs.show(reading(alarm))}>Verify</button>` : nothing}
        ${acknowledged || !may('alarms') ? nothing : html`<button type="button" class="button ${cleared ? '' : 'strong'}" aria-label="Acknowledge alarm ${number}" @click=${() => this.ask(alarm)}>Acknowledge</button>`}
      </p>
    </li>`;
  }

  older() {
    this.history = { ...this.history, pages: this.history.pages + 1 };
    this.load();
  }

  ask(alarm) {
    this.refused = '';
    this.asking = alarm;
  }

  dialog() {
    const { asking } = this;
    return html`<dialog aria-labelledby="seen-title" @close=${whenClosed(() => (this.asking = null))}>
      ${asking
        ? html`<form class="ask" @submit=${this.acknowledge}>
            <h2 id="seen-title">Acknowledge “${asking.name}”${asking.device ? ' of ' + shortName(asking.device) : ''}</h2>
            <p class="muted">It says that somebody takes care. The alarm stays until the readings are well again.</p>
            ${me.kind === 'person' ? html`<p>In the name of <strong>${me.name}</strong>.</p>` : html`<label>Your name <input name="by" required maxlength="64" autocomplete="name" .value=${localStorage.getItem(WHO) ?? ''} /></label>`}
            <label>Note <input name="note" maxlength="500" autocomplete="off" placeholder="What is done about it" /></label>
            ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
            <p class="buttons">
              <button type="button" class="button" @click=${() => this.shown().close()}>Cancel</button>
              <button type="submit" class="button strong" ?disabled=${this.busy}>Acknowledge</button>
            </p>
          </form>`
        : nothing}
    </dialog>`;
  }

  shown() {
    return this.querySelector(':scope > dialog');
  }

  async acknowledge(event) {
    event.preventDefault();
    const { by, note } = Object.fromEntries(new FormData(event.target));
    if (by) localStorage.setItem(WHO, by);
    this.busy = true;
    try {
      await postJson(`/api/alarms/${this.asking.number}/acknowledge`, { ...(by && { by }), ...(note && { note }) });
      this.asking = null;
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
    this.load();
  }

  updated() {
    showWhile(this.shown(), this.asking);
  }
}

/** Of earlier logs the leaf is called by another number. */
const currentLog = () => Number(store.status?.log.origin.split('/').pop());

/** The reading that raised it, as the proof dialog wants it. */
function reading({ device, quantity, unit, value, place }) {
  return { device, name: quantity ?? 'position', value: value ?? '', unit, n: place.n, index: place.index };
}

customElements.define('ts-alarms', Alarms);
