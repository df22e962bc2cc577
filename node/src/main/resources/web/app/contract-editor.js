// Where a contract is written: its text, what is found in it while it is written, the parties’ accounts and the terms’ values, and
// beside it the plain words that will be signed. What was typed stays in this browser’s tab until the contract is on the ledger.
import { LitElement, html, nothing } from 'lit';
import { getJson, postJson } from './ask.js';
import { may } from './me.js';
import { count } from './format.js';
import { list, plain, shortAccount } from './contract-words.js';
import { kept, keep, forget } from './contract-draft.js';
import { SKELETON } from './contract-skeleton.js';
import { showWhile, whenClosed } from './dialogs.js';
import './contract-form.js';
import './contract-trial.js';

const TYPING_MS = 350;

class ContractEditor extends LitElement {
  static properties = { text: { state: true }, values: { state: true }, checked: { state: true }, problem: { state: true }, asking: { state: true }, busy: { state: true }, refused: { state: true }, restored: { state: true }, fresh: { state: true } };

  constructor() {
    super();
    this.template = new URLSearchParams(location.search).get('template') ?? '';
    this.text = null;
    this.values = {};
    this.checked = null;
    this.problem = '';
    this.asking = false;
    this.busy = false;
    this.refused = '';
    this.restored = false;
    this.asked = 0;
    /** Whether what was found is of the text as it stands. */
    this.fresh = false;
    /** Names of parties and terms, as the text had them when it could be read last. */
    this.known = null;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const before = kept(this.template);
    if (before) {
      this.restored = true;
      this.begin(before.text, before.values);
    } else this.anew();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.typing);
  }

  async anew() {
    forget(this.template);
    this.restored = false;
    try {
      const { templates } = this.template ? await getJson('/api/contract-templates') : { templates: [] };
      const found = templates.find(({ name }) => name === this.template);
      if (this.template && !found) this.problem = `There is no template “${this.template}”.`;
      this.begin(found?.text ?? SKELETON, {});
    } catch (error) {
      this.problem = error.message;
    }
  }

  begin(text, values) {
    this.fresh = false;
    this.text = text;
    this.values = values;
    this.known = null;
    this.check();
  }

  /** Only what the text has a name for is given beside it. */
  get given() {
    return Object.fromEntries(Object.entries(this.values).filter(([name, value]) => value !== '' && (!this.known || this.known.has(name))));
  }

  async check() {
    const asked = ++this.asked;
    const given = this.given;
    try {
      const checked = await postJson('/api/contract-checks', { text: this.text, values: given });
      if (asked !== this.asked) return;
      this.problem = '';
      this.checked = checked;
      this.fresh = true;
      if (checked.roles.length + checked.terms.length > 0) this.known = new Set([...checked.roles, ...checked.terms].map(({ name }) => name));
      // A name is there that was not, or no more: what was typed for it counts, or no more.
      if (JSON.stringify(this.given) !== JSON.stringify(given)) this.check();
    } catch (error) {
      if (asked !== this.asked) return;
      this.problem = error.message;
      this.checked = null;
    }
  }

  changed() {
    this.fresh = false;
    keep(this.template, { text: this.text, values: this.values });
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.check(), TYPING_MS);
  }

  typed(event) {
    this.text = event.target.value;
    this.changed();
  }

  filled(name, value) {
    this.values = { ...this.values, [name]: value };
    this.changed();
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

  editor() {
    const lines = this.text.split('\n').length;
    const wrong = new Set((this.checked?.findings ?? []).filter(({ severity }) => severity === 'error').map(({ line }) => line));
    return html`<section class="panel" aria-labelledby="text-title">
      <div class="head"><h2 id="text-title"><label for="contract-text">The contract</label></h2><span class="muted">${this.restored ? 'as you left it' : (this.template || 'a new one')}</span><span class="buttons"><button type="button" class="button" @click=${this.anew}>Begin anew</button></span></div>
      <div class="code-area">
        <pre class="lines" aria-hidden="true">${Array.from({ length: lines }, (_, i) => html`<span class=${wrong.has(i + 1) ? 'wrong' : ''}>${i + 1}\n</span>`)}</pre>
        <textarea id="contract-text" spellcheck="false" autocomplete="off" autocapitalize="off" wrap="off" aria-describedby="findings-title" .value=${this.text} @input=${this.typed} @scroll=${(event) => (this.querySelector('.lines').scrollTop = event.target.scrollTop)}></textarea>
      </div>
    </section>`;
  }

  findings(checked) {
    const all = checked?.findings ?? [];
    const errors = all.filter(({ severity }) => severity === 'error').length;
    return html`<section class="panel" aria-labelledby="findings-title">
      <div class="head"><h2 id="findings-title">What is found in it</h2><span class="muted" role="status">${checked && this.fresh ? (errors > 0 ? `${count(errors)} to mend` : all.length > 0 ? 'sound; ' + (all.length === 1 ? 'one thing' : count(all.length) + ' things') + ' to know' : 'sound') : 'being checked…'}</span></div>
      ${checked && all.length === 0 ? html`<p class="hint">It always ends, every amount is there, silence does not pay, and nothing is ambiguous.</p>` : nothing}
      <ul class="findings">${all.map((finding) => this.finding(finding))}</ul>
    </section>`;
  }

  finding({ severity, code, line, column, text, mend }) {
    return html`<li class="finding ${severity}">
      <button type="button" class="plain" ?disabled=${line === 0} @click=${() => this.goTo(line, column)}><span class="place">${line === 0 ? 'all of it' : `${line}:${column}`}</span> <span class=${severity === 'error' ? 'bad' : 'warn'}>${severity === 'error' ? 'error' : 'note'}</span> <span class="what-is">${text}</span></button>
      ${mend ? html`<p class="mend">${mend}</p>` : nothing}
      <code class="muted">${code}</code>
    </li>`;
  }

  goTo(line, column) {
    const area = this.querySelector('textarea');
    const lines = this.text.split('\n');
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + Math.min(column - 1, (lines[line - 1] ?? '').length);
    area.focus();
    area.setSelectionRange(at, at);
    const height = area.scrollHeight / lines.length;
    area.scrollTop = Math.max(0, (line - 6) * height);
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

  words(checked) {
    return html`<section class="panel" aria-labelledby="plain-title">
      <div class="head"><h2 id="plain-title">In plain words</h2><span class="muted">what the parties sign</span></div>
      ${checked?.words ? html`<pre class="words tall" tabindex="0" role="region" aria-label="The contract in plain words">${checked.words}</pre>` : html`<p class="hint">They stand here as soon as the contract is sound.</p>`}
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
