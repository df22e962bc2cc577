// The page of one contract: what was agreed on, where it stands, who may do what until when, what it was shown, the money, and
// every step. `/contracts/new` is where one is written.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';
import { PageElement } from './page-element.js';
import { partOf } from './navigation.js';
import { store } from './store.js';
import { moment } from './format.js';
import { because, first, left, list, money, plain, quoted, shortAccount, sign, statusWord } from './contract-words.js';
import { timeline } from './contract-steps.js';
import { partySums } from './contract-money.js';
import './contract-acts.js';
import './contract-evidence.js';

class ContractPage extends PageElement {
  static everyMs = 2000;

  connectedCallback() {
    super.connectedCallback();
    this.clock = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.clock);
  }

  async load() {
    try {
      this.data = await getJson('/api/contracts/' + encodeURIComponent(partOf));
      this.problem = '';
      this.isUnknown = false;
      document.title = `${this.data.title} · contract ${this.data.number} · Thingstead`;
    } catch (error) {
      this.isUnknown = error.status === 404 || error.status === 400;
      this.problem = error.message;
    }
  }

  render() {
    const { data } = this;
    if (this.isUnknown) return html`<section class="panel"><div class="head"><h2>No such contract</h2></div><p class="hint">The ledger has no contract “${partOf}”. <a href="/contracts">Contracts of this member</a></p></section>`;
    if (!data) return this.waiting();
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      ${this.standing(data)}
      <ts-contract-acts .contract=${data} .reload=${() => this.load()}></ts-contract-acts>
      <div class="pair even">
        <div>${this.parties(data)}</div>
        <div>${this.money(data)}</div>
      </div>
      <ts-contract-evidence .contract=${data}></ts-contract-evidence>
      ${this.steps(data)} ${this.changes(data)} ${this.words(data)}
    `;
  }

  standing(contract) {
    const { number, title, about, status, state, means, parties, dueByClockMs, history } = contract;
    const unsigned = parties.filter(({ signed }) => !signed).map(({ name }) => plain(name));
    const end = history[0];
    return html`<section class="panel" aria-labelledby="contract-title">
      <div class="head"><h2 id="contract-title">${title}</h2><span class="tag ${status}">${statusWord(status)}</span><span class="muted">contract ${number} · <a href="/ledger#subject/contract/${number}">on the ledger</a></span></div>
      <p class="lead muted">${about}</p>
      <div class="contract-stands ${status}">
        ${state ? html`<p class="state"><strong>${plain(state)}</strong></p><p class="large">${means}</p>` : nothing}
        ${status === 'draft' ? html`<p class="large">${unsigned.length === parties.length ? 'Nobody has signed it yet.' : `Signed by ${list(parties.filter(({ signed }) => signed).map(({ name }) => plain(name)))}.`} It begins as soon as all have signed, and ${list(unsigned)} ${unsigned.length === 1 ? 'has' : 'have'} not.</p>` : nothing}
        ${status === 'replaced' ? html`<p class="large">All parties signed another contract in its place: what it held went back to who had locked it up.</p>` : nothing}
        ${status === 'withdrawn' ? html`<p class="large">It was withdrawn before all had signed: nobody owes anything by it.</p>` : nothing}
        ${status === 'ended' && end ? html`<p class="muted">It ended at ${moment(end.timeMs)}.</p>` : nothing}
        ${dueByClockMs == null ? nothing : this.countdown(contract)}
      </div>
    </section>`;
  }

  countdown({ status, dueByClockMs: due, otherwise, pause, demanded, demands }) {
    const remaining = due - store.now();
    const time = html`<strong class="value">${left(remaining)}</strong> <span class="muted">until ${moment(due)}</span>`;
    if (status === 'draft') return html`<p class="countdown">${time}. Then the draft is withdrawn.</p>`;
    if (pause?.sinceMs != null) return html`<p class="countdown">Its time stands still: ${time} it goes on by itself.</p>`;
    const missing = demanded && demands.find(({ stream }) => stream === demanded.stream)?.missing;
    if (missing) return html`<p class="countdown">${time}. Where ${plain(demanded.holder)} does not deliver what is demanded until then: ${missing}</p>`;
    return html`<p class="countdown">${time}. ${otherwise ? html`When nothing happens until then: ${otherwise}` : nothing}</p>`;
  }

  parties({ parties, status }) {
    return html`<section class="panel" aria-labelledby="parties-title">
      <div class="head"><h2 id="parties-title">Parties</h2></div>
      <ul>${parties.map(({ name, role, account: id, signed, own }) => html`<li class="party">
        <span class=${signed ? 'good' : 'muted'} role="img" aria-label=${signed ? 'has signed' : 'has not signed'}>${signed ? '✓' : '–'}</span>
        <span><strong>${plain(name)}</strong> ${role}${own ? html` <span class="tag">this member</span>` : nothing}<span class="muted">account ${shortAccount(id)}${signed ? '' : status === 'draft' ? ', has not signed yet' : ', did not sign'}</span></span>
      </li>`)}</ul>
    </section>`;
  }

  money({ held, history }) {
    const sums = partySums(history);
    return html`<section class="panel" aria-labelledby="money-title">
      <div class="head"><h2 id="money-title">Money</h2></div>
      ${held.length === 0 && sums.length === 0 ? html`<p class="hint">Nothing is locked up yet: each party pays its deposits with the last signature, and gets them back, or pays from them, only by these rules.</p>` : nothing}
      ${held.length > 0 ? html`<table class="contract-sums"><caption>Deposits, which nobody can spend in the meantime</caption>
        <thead><tr><th scope="col">Deposit</th><th scope="col">by</th><th scope="col" class="number">agreed</th><th scope="col" class="number">there now</th></tr></thead>
        <tbody>${held.map(({ deposit, party, amount, agreed }) => html`<tr><th scope="row">${plain(deposit)}</th><td>${plain(party)}</td><td class="number">${money(agreed)}</td><td class="number">${money(amount)}</td></tr>`)}</tbody></table>` : nothing}
      ${sums.length > 0 ? html`<table class="contract-sums"><caption>Who gave and got so far</caption>
        <thead><tr><th scope="col">Party</th><th scope="col" class="number">gave</th><th scope="col" class="number">got</th><th scope="col" class="number">in all</th></tr></thead>
        <tbody>${sums.map(({ party, gave, got, balance }) => html`<tr><th scope="row">${plain(party)}</th><td class="number">${money(gave)}</td><td class="number">${money(got)}</td><td class="number ${sign(balance)}">${money(balance)}</td></tr>`)}</tbody></table>` : nothing}
    </section>`;
  }

  steps({ history }) {
    const steps = history.map((step) => ({
      timeMs: step.timeMs,
      words: first(step.to ? because(step) : step.words),
      state: step.to === step.from ? null : step.to,
      refused: step.type === 'refused',
      event: step.event,
      done: step.done.map(quoted),
    }));
    return html`<section class="panel" aria-labelledby="steps-title">
      <div class="head"><h2 id="steps-title">What happened</h2><span class="muted">the newest first</span></div>
      ${timeline(steps, 'Steps, the newest first')}
    </section>`;
  }

  changes({ replaces, changes }) {
    if (replaces == null) return nothing;
    return html`<section class="panel" aria-labelledby="changes-title">
      <div class="head"><h2 id="changes-title">What it changes</h2><span class="muted">it comes in place of <a href="/contracts/${replaces}">contract ${replaces}</a>, whose deposits go back</span></div>
      ${changes.length === 0 ? html`<p class="hint">Its words are the same.</p>` : html`<ul class="changes">${changes.map(({ added, line }) => html`<li class=${added ? 'added' : 'gone'}><strong>${added ? 'now' : 'before'}</strong> ${line}</li>`)}</ul>`}
    </section>`;
  }

  words({ words, textHash, agreement, status }) {
    return html`<section class="panel" aria-labelledby="words-title">
      <details ?open=${status === 'draft'}><summary class="head"><h2 id="words-title">The words that ${status === 'draft' ? 'are' : 'were'} signed</h2></summary>
        ${words ? html`<pre class="words" tabindex="0" role="region" aria-label="The contract in plain words">${words}</pre>` : html`<p class="hint warn">This program writes this contract in other words than those whose hash the parties sign: look at it with the version that drafted it.</p>`}
        <dl class="table"><div><dt>Hash of the words</dt><dd><code>${textHash}</code></dd></div><div><dt>Agreement</dt><dd><code>${agreement}</code></dd></div></dl>
      </details>
    </section>`;
  }
}

class Contract extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    if (partOf === 'new') import('./contract-editor.js');
  }

  render() {
    return partOf === 'new' ? html`<ts-contract-editor></ts-contract-editor>` : html`<ts-contract-page></ts-contract-page>`;
  }
}

customElements.define('ts-contract-page', ContractPage);
customElements.define('ts-contract', Contract);
