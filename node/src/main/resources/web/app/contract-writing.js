// A contract that is being written: its text, what is found in it while it is written, the terms’ values, and the plain words that it
// means. What was typed stays in this browser’s tab. What becomes of it is for the elements made of it.
import { LitElement, html, nothing } from 'lit';
import { getJson, postJson } from './ask.js';
import { count } from './format.js';
import { kept, keep, forget } from './contract-draft.js';
import { SKELETON } from './contract-skeleton.js';

const TYPING_MS = 350;

export class ContractWriting extends LitElement {
  static properties = { template: { state: true }, text: { state: true }, values: { state: true }, checked: { state: true }, problem: { state: true }, restored: { state: true }, fresh: { state: true } };

  constructor() {
    super();
    this.template = new URLSearchParams(location.search).get('template') ?? '';
    this.text = null;
    this.values = {};
    this.checked = null;
    this.problem = '';
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
    this.restore();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.typing);
  }

  /** The name under which this tab keeps what is typed. */
  get keptAs() {
    return this.template;
  }

  restore() {
    const before = kept(this.keptAs);
    if (before) {
      this.restored = true;
      this.begin(before.text, before.values);
    } else this.anew();
  }

  async anew() {
    forget(this.keptAs);
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
      if (JSON.stringify(this.given) !== JSON.stringify(given)) await this.check();
    } catch (error) {
      if (asked !== this.asked) return;
      this.problem = error.message;
      this.checked = null;
    }
  }

  changed() {
    this.fresh = false;
    keep(this.keptAs, { text: this.text, values: this.values });
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
    const area = this.querySelector('#contract-text');
    const lines = this.text.split('\n');
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + Math.min(column - 1, (lines[line - 1] ?? '').length);
    area.focus();
    area.setSelectionRange(at, at);
    const height = area.scrollHeight / lines.length;
    area.scrollTop = Math.max(0, (line - 6) * height);
  }

  words(checked) {
    return html`<section class="panel" aria-labelledby="plain-title">
      <div class="head"><h2 id="plain-title">In plain words</h2><span class="muted">what the parties sign</span></div>
      ${checked?.words ? html`<pre class="words tall" tabindex="0" role="region" aria-label="The contract in plain words">${checked.words}</pre>` : html`<p class="hint">They stand here as soon as the contract is sound.</p>`}
    </section>`;
  }
}
