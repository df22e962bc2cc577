// What the members decide together: open proposals in plain words, with this member's voice in them, and what was
// decided before.
import { html, nothing } from 'lit';
import { getJson, postJson } from './ask.js';
import { showWhile, whenClosed } from './dialogs.js';
import { PageElement } from './page-element.js';
import { store } from './store.js';
import { may } from './me.js';
import { age, count, moment } from './format.js';
import './decision-forms.js';

class Decisions extends PageElement {
  static source = '/api/decisions';
  static properties = { asking: { state: true }, busy: { state: true }, refused: { state: true }, said: { state: true } };

  constructor() {
    super();
    this.members = [];
    this.asking = null;
    this.busy = false;
    this.refused = '';
    this.said = '';
  }

  async load() {
    this.members = (await getJson('/api/consortium').catch(() => ({ members: this.members }))).members;
    await super.load();
  }

  get own() {
    return this.members.find(({ own }) => own);
  }

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    if (store.status?.ledger.engine === 'solo') return this.alone(data);
    const open = data.decisions.filter((decision) => decision.open);
    const closed = data.decisions.filter((decision) => !decision.open);
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      <section class="panel" aria-labelledby="open-title">
        <div class="head"><h2 id="open-title">To be decided</h2><span class="muted">${open.length === 0 ? 'nothing' : count(open.length)}</span></div>
        <p class="said good" role="status">${this.said}</p>
        ${open.length === 0 ? html`<p class="hint">No proposal waits. A member is let in or removed, an engine key changed, or new rules set, when more than two thirds of the members that vote approve.${may('admin') ? ' Propose below.' : ' Administrators of a node propose and approve.'}</p>` : nothing}
        <ul>${open.map((decision) => this.open(decision))}</ul>
      </section>
      ${may('admin') ? html`<div class="pair even">
        <ts-let-in class="panel" .inviter=${data.member} .ask=${(question) => this.question(question)}></ts-let-in>
        <ts-remove class="panel" .members=${this.members} .ask=${(question) => this.question(question)}></ts-remove>
      </div>` : nothing}
      ${this.history(closed)} ${this.dialog()}
    `;
  }

  alone({ decisions }) {
    return html`<section class="panel">
        <div class="head"><h2>One member alone</h2></div>
        <p class="hint">There is nobody to decide with: this ledger is your own word. Decisions begin when several members share it; <a href="/consortium">how to found a consortium</a>.</p>
      </section>
      ${this.history(decisions)}`;
  }

  open(decision) {
    const { number, proposer, words, approvals, voters, needed, expiresAt, event } = decision;
    const left = expiresAt - store.now();
    const mine = this.own && approvals.includes(this.own.name);
    return html`<li class="decision">
      <div>
        ${words.map((line, i) => (i === 0 ? html`<h3>${line}</h3>` : html`<p>${line}</p>`))}
        <p class="muted">Decision ${number}, proposed by ${proposer}, <a href="/ledger#event/${event}">event ${count(event)}</a>. ${left > 0 ? `Expires in ${age(left)}, at ${moment(expiresAt)}.` : 'Its time is over.'}</p>
      </div>
      <div class="tally">
        <p><strong>${approvals.length} of ${needed} needed</strong> <span class="muted">of ${voters} that vote</span></p>
        <p class="muted">approved by ${approvals.join(', ')}</p>
        <p class="buttons">
          ${mine ? html`<span class="good"><span aria-hidden="true">✓</span> ${this.own.name} approves</span>` : may('admin') ? html`<button type="button" class="button strong" ?disabled=${!this.own?.votes} @click=${() => this.question(approve(decision))}>Approve…</button>` : nothing}
          ${this.own?.name === proposer && may('admin') ? html`<button type="button" class="button" @click=${() => this.question(withdraw(decision))}>Withdraw…</button>` : nothing}
        </p>
        ${!mine && this.own && !this.own.votes ? html`<p class="muted">${this.own.name} has no vote.</p>` : nothing}
      </div>
    </li>`;
  }

  history(closed) {
    return html`<section class="panel" aria-labelledby="closed-title">
      <div class="head"><h2 id="closed-title">Decided before</h2></div>
      ${closed.length === 0 ? html`<p class="hint">Nothing yet. What the members decide, or let expire, stays here with who approved it.</p>` : nothing}
      <ol class="events">${closed.map(({ number, words, end, proposer, approvals, event }) => html`<li><a class="number" href="/ledger#subject/decision/${number}">no. ${number}</a><span class="words">${words[0]} <span class="muted">proposed by ${proposer} (<a href="/ledger#event/${event}">event ${count(event)}</a>), approved by ${approvals.join(', ')}</span></span><span class=${end === 'passed' ? 'good' : 'muted'}>${end}</span></li>`)}</ol>
    </section>`;
  }

  /** Asks before anything is signed, in the very words of what it does. */
  question(question) {
    this.refused = '';
    this.asking = question;
  }

  dialog() {
    const { asking } = this;
    return html`<dialog aria-labelledby="ask-title" @close=${whenClosed(() => (this.asking = null))}>
      ${asking
        ? html`<div class="ask">
            <h2 id="ask-title">${asking.title}</h2>
            ${asking.words.map((line) => html`<p>${line}</p>`)}
            <p class="muted">${this.own?.name ?? 'This member'} signs it with its identity key; it stands on the ledger for ever.</p>
            ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
            <p class="buttons">
              <button type="button" class="button" autofocus @click=${() => this.querySelector('dialog').close()}>Cancel</button>
              <button type="button" class="button strong" ?disabled=${this.busy} @click=${this.confirm}>${this.busy ? 'The members are asked…' : asking.button}</button>
            </p>
          </div>`
        : nothing}
    </dialog>`;
  }

  async confirm() {
    const { path, body, done } = this.asking;
    this.busy = true;
    this.refused = '';
    try {
      await postJson(path, body);
      this.said = done;
      this.asking = null;
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
    this.load();
  }

  updated() {
    showWhile(this.querySelector('dialog'), this.asking);
  }
}

const approve = ({ number, words }) => ({ title: 'Approve this?', words, button: 'Approve', path: `/api/decisions/${number}/approve`, done: `Decision ${number} is approved.` });
const withdraw = ({ number, words }) => ({ title: 'Withdraw this proposal?', words, button: 'Withdraw', path: `/api/decisions/${number}/withdraw`, done: `Decision ${number} is withdrawn.` });

customElements.define('ts-decisions', Decisions);
