// Where a contract is written: its text, what is found in it while it is written, the parties’ accounts and the terms’ values, and
// beside it the plain words that will be signed. What was typed stays in this browser’s tab until the contract is on the ledger.
import { html, nothing } from 'lit';
import { postJson } from './ask.js';
import { may } from './me.js';
import { list, plain, shortAccount } from './contract-words.js';
import { forget } from './contract-draft.js';
import { ContractWriting } from './contract-writing.js';
import { showWhile, whenClosed } from './dialogs.js';
import './contract-form.js';
import './contract-trial.js';

class ContractEditor extends ContractWriting {
  static properties = { asking: { state: true }, busy: { state: true }, refused: { state: true } };

  constructor() {
    super();
    this.asking = false;
    this.busy = false;
    this.refused = '';
  }

  render() {
    if (this.text === null) return html`<section class="panel"><p class="hint" role="status">${this.problem || 'Asking the node…'}</p></section>`;
    const { checked } = this;
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      <div class="write">
        <div class="write-text">${this.editor()} ${this.findings(checked)}</div>
        <div class="write-side">
          ${this.status(checked)} ${this.words(checked)}
        </div>
      </div>
      <ts-contract-form class="panel" .checked=${checked} .values=${this.values} .filled=${(name, value) => this.filled(name, value)}></ts-contract-form>
      <ts-contract-trial .text=${this.text} .values=${this.given} .checked=${checked} .template=${this.template}></ts-contract-trial>
      ${this.dialog(checked)}
    `;
  }

  /** What is still missing for the ledger; and the button. */
  status(checked) {
    const missing = (checked?.roles ?? []).filter(({ account: id }) => !id).map(({ name }) => plain(name));
    const ready = this.fresh && checked?.sound && missing.length === 0;
    return html`<section class="panel" aria-labelledby="ready-title">
      <div class="head"><h2 id="ready-title">${checked?.sound ? html`<span class="good" aria-hidden="true">✓</span> It is sound` : 'Not sound yet'}</h2>
        ${may('money') ? html`<button type="button" class="button strong" ?disabled=${!ready || this.busy} @click=${() => this.ask()}>Bring onto the ledger…</button>` : nothing}</div>
      <p class="hint" role="status">${!checked ? 'It is being checked.' : !checked.sound ? 'Mend what is found in it; then it can be tried, and brought onto the ledger.' : missing.length > 0 ? `Fill in the account of ${list(missing)} below, so that it can be brought onto the ledger.` : 'On the ledger each party reads it once more, and signs at its own node.'}${may('money') ? '' : ' To bring it onto the ledger takes the right “money”.'}</p>
    </section>`;
  }

  ask() {
    this.refused = '';
    this.asking = true;
  }

  dialog(checked) {
    return html`<dialog class="wide" aria-labelledby="draft-title" @close=${whenClosed(() => (this.asking = false))}>
      ${this.asking && checked?.words ? html`<div class="ask">
        <h2 id="draft-title">Bring this contract onto the ledger?</h2>
        <p>Its parties are ${list(checked.roles.map(({ name, account: id }) => `${plain(name)} (${shortAccount(id ?? '')})`))}. All members see that it is there. Each party has seven days to sign it; nobody owes anything before all have.</p>
        <pre class="words" tabindex="0" role="region" aria-label="The words that the parties will sign">${checked.words}</pre>
        ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
        <p class="buttons">
          <button type="button" class="button" autofocus @click=${() => this.querySelector('dialog').close()}>Cancel</button>
          <button type="button" class="button strong" ?disabled=${this.busy} @click=${this.draft}>${this.busy ? 'The ledger is asked…' : 'Bring onto the ledger'}</button>
        </p>
      </div>` : nothing}
    </dialog>`;
  }

  async draft() {
    this.busy = true;
    this.refused = '';
    try {
      const { events } = await postJson('/api/contracts', { text: this.text, values: this.given });
      const number = events.flatMap(({ subjects }) => subjects).find((subject) => subject.startsWith('contract/'))?.slice('contract/'.length);
      forget(this.template);
      location.assign('/contracts/' + number);
    } catch (error) {
      this.refused = error.message;
      this.busy = false;
    }
  }

  updated() {
    showWhile(this.querySelector(':scope > dialog'), this.asking);
  }
}

customElements.define('ts-contract-editor', ContractEditor);
