// The contracts of which this member is a party, with what waits for it, and templates to begin with.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { PageElement } from './page-element.js';
import { store } from './store.js';
import { may } from './me.js';
import { count, moment } from './format.js';
import { left, list, plain, quoted, statusWord } from './contract-words.js';

const OPEN = new Set(['draft', 'running']);

class Contracts extends PageElement {
  static properties = { templates: { state: true } };

  constructor() {
    super();
    this.templates = [];
  }

  async load() {
    try {
      if (this.templates.length === 0) this.templates = (await getJson('/api/contract-templates')).templates;
      this.data = (await getJson('/api/contracts')).contracts;
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    const open = data.filter(({ status }) => OPEN.has(status));
    const over = data.filter(({ status }) => !OPEN.has(status));
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      <section class="panel" aria-labelledby="contracts-title">
        <div class="head"><h2 id="contracts-title">Contracts</h2><span class="muted">${data.length === 0 ? 'none' : open.length === 0 ? 'none is open' : count(open.length) + ' open'}</span><a class="button" href="/contracts/new">Write a contract</a></div>
        ${data.length === 0 ? this.none() : nothing}
        ${data.length > 0 && open.length === 0 ? html`<p class="hint">None waits and none is running. Begin one with a template below.</p>` : nothing}
        <ul class="contracts">${open.map((contract) => this.row(contract))}</ul>
      </section>
      ${over.length > 0 ? html`<section class="panel" aria-labelledby="over-title">
        <div class="head"><h2 id="over-title">Over</h2><span class="muted">${count(over.length)}</span></div>
        <ul class="contracts over">${over.map((contract) => this.row(contract))}</ul>
      </section>` : nothing}
      ${this.gallery()}
    `;
  }

  none() {
    return html`<p class="hint">No contract has this member as a party yet. A contract says who agrees on what, and acts by itself on what devices measure: <a href="#gallery">choose a template</a>, fill in who and how much, try it on readings of the past, and bring it onto the ledger. Each party then signs it at its own node.${store.status?.ledger.tolerance.members === 1 ? ' With one member alone, the other parties are its devices, or wallets.' : ''}</p>`;
  }

  row(contract) {
    const { number, title, party, status } = contract;
    const [what, when] = this.stands(contract);
    return html`<li class="contract" data-contract=${number}>
      <div class="name"><strong><a href="/contracts/${number}">${title}</a></strong> <span class="tag ${status}">${statusWord(status)}</span><p class="muted">no. ${number}${party ? html`, this member is <em>${plain(party)}</em>` : nothing}</p></div>
      <div>${what}</div>
      <div class="waits">${this.waits(contract)}</div>
      <div class="when">${when}</div>
    </li>`;
  }

  /** Where it stands, and until when. */
  stands({ status, state, means, unsigned, dueByClockMs }) {
    const remaining = dueByClockMs == null ? 0 : dueByClockMs - store.now();
    const when = dueByClockMs == null ? nothing : html`<span title=${moment(dueByClockMs)}>${left(remaining)} left</span>`;
    if (status === 'draft') return [html`Not signed by ${list(unsigned)} yet.`, html`${when}<span class="muted">to sign</span>`];
    if (status === 'withdrawn') return [html`<span class="muted">Withdrawn: not all signed it.</span>`, nothing];
    return [html`<span class="muted">${plain(state)}</span><p>${means}</p>`, status === 'running' ? when : nothing];
  }

  waits({ status, waits }) {
    if (status !== 'draft' && status !== 'running') return nothing;
    const now = waits.filter(({ kind }) => kind !== 'show');
    const watched = waits.filter(({ kind }) => kind === 'show');
    return html`${now.map(({ kind, words }) => html`<p class=${kind === 'sign' || kind === 'deliver' ? 'todo' : ''}>${kind === 'sign' || kind === 'deliver' ? html`<span aria-hidden="true">▸</span> ` : nothing}This member ${kind === 'sign' || kind === 'deliver' ? 'is to ' : ''}${quoted(words)}.</p>`)}
      ${watched.length > 0 ? html`<p class="muted">This member’s node watches ${list([...new Set(watched.map(({ words }) => words.match(/“([^”]+)”/)?.[1] ?? ''))].map((stream) => `“${plain(stream)}”`))} and shows it by itself.</p>` : nothing}
      ${waits.length === 0 ? html`<p class="muted">Nothing waits for this member.</p>` : nothing}`;
  }

  gallery() {
    return html`<section class="panel" id="gallery" aria-labelledby="gallery-title">
      <div class="head"><h2 id="gallery-title">Templates</h2><span class="muted">to begin with</span></div>
      <ul class="gallery">
        ${this.templates.map(({ name, title, about }) => html`<li class="template" data-template=${name}>
          <h3>${title}</h3>
          <p>${about}</p>
          <p class="buttons"><a class="button strong" href="/contracts/new?template=${name}" aria-label="Begin with the template ${title}">Begin with this</a></p>
        </li>`)}
        <li class="template">
          <h3>One of your own</h3>
          <p>A contract is a text: parties, terms, states, and what leads from one to the next. It is checked while you write, said in plain words beside it, and tried on readings of the past.</p>
          <p class="buttons"><a class="button" href="/contracts/new">Write it yourself</a></p>
        </li>
      </ul>
      ${may('money') ? nothing : html`<p class="hint">Everybody here may write and try contracts; who brings one onto the ledger or signs it needs the right “money”.</p>`}
    </section>`;
  }
}

customElements.define('ts-contracts', Contracts);
