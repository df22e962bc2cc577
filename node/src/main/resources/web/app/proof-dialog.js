// Shows a checked proof: what it says, step by step, what it does not say, and the files to check it elsewhere.
import { LitElement, html, nothing } from 'lit';
import { showWhile, whenClosed } from './dialogs.js';
import { decimal, moment, shortName, trust, unit, value } from './format.js';
import { proofs } from './proofs.js';

const MARKS = { passed: ['✓', 'passed'], failed: ['✗', 'failed'], 'not-checked': ['–', 'not checked'] };

class ProofDialog extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    proofs.subscribe(() => this.requestUpdate());
  }

  render() {
    const check = proofs.shown;
    return html`<dialog aria-labelledby="proof-title" @close=${whenClosed(() => proofs.close())} @click=${(event) => event.target.nodeName === 'DIALOG' && this.querySelector('dialog').close()}>
      ${check ? html`<div class="proof ${check.state}">${this.content(check)}</div>` : nothing}
    </dialog>`;
  }

  updated() {
    showWhile(this.querySelector('dialog'), proofs.shown);
  }

  content(check) {
    const { reading, report, state } = check;
    const good = state === 'proven';
    return html`
      <div class="verdict">
        <span class="seal" aria-hidden="true">${good ? '✓' : state === 'failed' ? '!' : '✗'}</span>
        <div>
          <h2 id="proof-title">${good ? 'Proven' : state === 'failed' ? 'No proof' : 'Not proven'}</h2>
          <p class="of"><strong>${shortName(reading.device)}</strong> · ${reading.name} <strong>${value(reading)} ${unit(reading.unit)}</strong></p>
        </div>
        <button type="button" class="close" aria-label="Close" @click=${() => this.querySelector('dialog').close()}>✕</button>
      </div>
      ${report ? this.report(check) : html`<p>${check.text}</p>`}
    `;
  }

  says(claim, verdict, trustFile) {
    return html`<p class="says"><strong>${whoseWord(claim, verdict, trustFile)}</strong> This reading was ${trust(claim.trust).long}. It was in the log between <time>${moment(claim.notBeforeMs)}</time> and <time>${moment(claim.notAfterMs)}</time>, and ${verdict === 'proven' ? claim.whoseWord.join(', ') : claim.whoseWordAlone} made that final and cannot take it back.</p>`;
  }

  report({ reading, report, files, madeMs, checkedMs, holdings }) {
    const { claim, steps, notProven } = report;
    return html`
      ${claim && report.verdict !== 'false' ? this.says(claim, report.verdict, files.trust) : nothing}
      ${holdings?.members > 1 ? html`<p class="held">Held by <strong>${holdings.holders.length} of ${holdings.members} members</strong>${holdings.holders.length ? ': ' + holdings.holders.join(', ') : ''}.</p>` : nothing}
      <p class="muted">Checked here, in this browser, in ${decimal(checkedMs, 0)} ms, against this node's own trust file. The node made the proof in ${decimal(madeMs, 0)} ms; it has ${decimal(files.proof.length / 1000, 1)} kB.</p>
      <ol class="steps">
        ${steps.map(({ outcome, found, meaning }) => html`<li class=${outcome}><span class="mark" role="img" aria-label=${MARKS[outcome][1]}>${MARKS[outcome][0]}</span><div>${found}<p class="muted">${meaning}</p></div></li>`)}
      </ol>
      ${notProven?.length ? html`<h3>What it does not prove</h3><ul class="limits">${notProven.map((text) => html`<li>${text}</li>`)}</ul>` : nothing}
      <p class="files">
        <a class="button" href=${href(files.proof)} download="${shortName(reading.device)}-${reading.n}.proof.json">Download the proof</a>
        <a class="button" href=${href(files.trust)} download="thingstead.trust.json">Download the trust file</a>
        <a href="/proof?proof=/api/proofs?index=${reading.index}">Open on the proof page</a>
      </p>
      <p class="muted">Anybody can check the two files without this node: <code>thingstead verify ${shortName(reading.device)}-${reading.n}.proof.json --trust thingstead.trust.json</code></p>
    `;
  }
}

/** On whom one depends who believes it. */
function whoseWord({ whoseWord, whoseWordAlone }, verdict, trustFile) {
  if (verdict === 'proven') return `Proven by ${whoseWord.length} members.`;
  const shared = JSON.parse(new TextDecoder().decode(trustFile)).eras.find(({ engine }) => engine !== 'solo');
  return `The word of ${whoseWordAlone} alone${shared ? `, before block ${shared.initialHeight}, from which on several members confirm the ledger` : ", the ledger's only member"}.`;
}

/** The very bytes that were checked. */
const href = (bytes) => 'data:application/json;base64,' + btoa(String.fromCharCode(...bytes));

customElements.define('ts-proof', ProofDialog);
