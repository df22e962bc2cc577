// What a contract looks at, and what it was shown: the signed readings of each step, for its parties only.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';
import { count, moment, shortName, unit, value } from './format.js';
import { because, plain } from './contract-words.js';

const SHOWN = 12;
const SUMMARY = ['min', 'max', 'first', 'last'];

/** What a frame says; the four records of a summary are one. */
function said(readings) {
  return readings.flatMap((reading) => {
    const slash = reading.name.lastIndexOf('/');
    const name = reading.name.slice(0, slash);
    const [min, max, first, last] = SUMMARY.map((part) => readings.find((other) => slash > 0 && other.name === `${name}/${part}`));
    if (!min || !max || !first || !last || !SUMMARY.includes(reading.name.slice(slash + 1))) return [html`${reading.name} <strong>${value(reading)} ${unit(reading.unit)}</strong>`];
    return reading === min ? [html`${name} <strong>${value(min)} to ${value(max)} ${unit(min.unit)}</strong> in its measurements ${count(first.value)} to ${count(last.value)}`] : [];
  });
}

class ContractEvidence extends LitElement {
  static properties = { contract: { attribute: false }, found: { state: true } };

  constructor() {
    super();
    this.contract = null;
    /** What was answered, by event. */
    this.found = new Map();
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const { contract } = this;
    if (!contract || contract.streams.length === 0) return nothing;
    const shown = contract.history.filter(({ shown: commitment }) => commitment);
    const isParty = contract.parties.some(({ own }) => own);
    return html`<section class="panel" aria-labelledby="evidence-title">
      <div class="head"><h2 id="evidence-title">Evidence</h2><span class="muted">${shown.length === 0 ? 'nothing was shown yet' : shown.length === 1 ? 'shown once' : `shown ${count(shown.length)} times`}</span></div>
      <ul>${contract.streams.map((stream) => this.stream(stream))}</ul>
      ${shown.map((step) => this.step(step, isParty))}
    </section>`;
  }

  stream({ name, device, reading, unit: measured, holder, own, lastFrame }) {
    return html`<li class="row">
      <span><strong>${plain(name)}</strong>: the readings “${reading}” of ${own ? html`<a href="/devices/${encodeURIComponent(device)}">${device}</a>` : html`<a href="/ledger#subject/device/${device}">${device}</a>`}${unit(measured) ? `, in ${unit(measured)}` : ''}</span>
      <span class="muted">${own ? 'this node watches it' : `${plain(holder)}’s node watches it`}${lastFrame == null ? '' : `; counted up to frame ${count(lastFrame)}`}</span>
    </li>`;
  }

  step(step, isParty) {
    const found = this.found.get(step.event);
    return html`<div class="shown" data-event=${step.event}>
      <div class="row"><span>${because(step)} <span class="muted">${moment(step.timeMs)}, <a href="/ledger#event/${step.event}">event ${step.event}</a></span></span>
        ${isParty ? html`<button type="button" class="button" aria-expanded=${Boolean(found)} aria-label="${found ? 'Hide' : 'Show'} the readings of event ${step.event}" @click=${() => this.toggle(step.event)}>${found ? 'Hide' : 'Show the readings'}</button>` : nothing}</div>
      ${found ? this.frames(found, step) : nothing}
    </div>`;
  }

  frames({ frames, problem }, { shown, event }) {
    if (problem) return html`<p class="hint warn" role="alert">${problem}</p>`;
    if (!frames) return html`<p class="hint" role="status">Asking the node…</p>`;
    if (frames.length === 0) return html`<p class="hint" role="status">The block with these readings is not kept here any more. The ledger keeps the commitment to them: <code class="leaf">${shown}</code></p>`;
    const some = frames.length > SHOWN ? [...frames.slice(0, SHOWN / 2), null, ...frames.slice(-SHOWN / 2)] : frames;
    return html`<ol class="frames" aria-label="Readings of event ${event}">${some.map((frame) => (frame ? this.frame(frame) : html`<li class="muted">${count(frames.length - SHOWN)} more between them</li>`))}</ol>`;
  }

  frame({ device, n, log, index, own, readings }) {
    return html`<li>
      <span>${device ? shortName(device) : 'a device'} <span class="muted">frame ${count(n)}</span></span>
      <span>${said(readings).map((words, i) => html`${i ? ' · ' : ''}${words}`)}</span>
      <span class="muted">${readings.length > 0 ? moment(readings[0].timeMs) : ''}</span>
      <span>${own ? html`<a href="/proof?proof=/api/proofs?index=${index}">proof</a> · <a href="/ledger#leaf/${log}/${index}">leaf ${count(index)}</a>` : html`<span class="muted">leaf ${count(index)} of the log ${log}</span>`}</span>
    </li>`;
  }

  async toggle(event) {
    const found = new Map(this.found);
    if (found.delete(event)) {
      this.found = found;
      return;
    }
    this.found = found.set(event, {});
    const answer = await getJson(`/api/contracts/${this.contract.number}/evidence/${event}`).catch((error) => ({ problem: error.message }));
    if (this.found.has(event)) this.found = new Map(this.found).set(event, answer);
  }
}

customElements.define('ts-contract-evidence', ContractEvidence);
