// The page of one offer: what it is, what it costs, where, until when, how contracts with who offers it ended, and the contract
// that it lays down. `/market/new` is where something is offered.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';
import { PageElement } from './page-element.js';
import { may } from './me.js';
import { partOf } from './navigation.js';
import { store } from './store.js';
import { count, moment } from './format.js';
import { left, plain } from './contract-words.js';
import { accountLink, accountName, eventLink, isNothing, sum } from './money-words.js';
import { placeOfOffer, placeText, places, price } from './market-words.js';
import { knownAccounts } from './known-accounts.js';
import { wallet } from './wallet/wallet.js';
import './copy-lines.js';
import './money-dialog.js';
import './offer-editor.js';
import './offer-map.js';

class OfferPage extends PageElement {
  static properties = { said: { state: true }, isUnknown: { state: true }, isOver: { state: true }, suggested: { state: true } };

  constructor() {
    super();
    this.said = nothing;
    this.isUnknown = false;
    /** Whether it was taken back on this page. */
    this.isOver = false;
    this.suggested = { accounts: [], own: [], devices: [] };
  }

  connectedCallback() {
    super.connectedCallback();
    wallet.find().then(() => this.requestUpdate(), () => {});
    knownAccounts().then((known) => (this.suggested = known));
  }

  async load() {
    if (this.isOver) return;
    try {
      this.data = await getJson('/api/offers/' + encodeURIComponent(partOf));
      this.problem = '';
      this.isUnknown = false;
      document.title = `${this.data.offer.kind} · offer ${this.data.offer.number} · Thingstead`;
    } catch (error) {
      this.isUnknown = error.status === 404 || error.status === 400;
      this.problem = error.message;
    }
  }

  render() {
    const { data } = this;
    if (this.isUnknown) return html`<section class="panel"><div class="head"><h2>No such offer</h2></div><p class="hint">There is no offer “${partOf}”, or it was taken back, or its time is over${/^\d+$/.test(partOf) ? html`: <a href="/ledger#subject/offer/${partOf}">what the ledger tells of it</a>` : nothing}. <a href="/market">All offers</a></p></section>`;
    if (!data || !store.status) return this.waiting();
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      <div class="said good" role="status">${this.said}</div>
      <div class=${data.offer.latitude == null ? '' : 'pair even'}>${this.standing(data)}
      ${data.offer.latitude == null ? nothing : html`<section class="panel where" aria-labelledby="where-title"><div class="head"><h2 id="where-title">Where it is</h2><span class="muted">${placeText(placeOfOffer(data.offer))}</span></div><ts-offer-map .offers=${[data.offer]} .chosen=${data.offer.number}></ts-offer-map></section>`}</div>
      ${data.offer.by === 'request' ? this.request(data.offer) : html`${this.terms(data)} ${this.words(data)}`}
      ${this.rating(data.offer)}
      <datalist id="money-accounts">${[...new Set([...this.suggested.accounts.map(accountName), ...(wallet.account ? [wallet.account] : [])])].map((account) => html`<option value=${account}></option>`)}</datalist>
      <datalist id="market-devices">${this.suggested.devices.map((device) => html`<option value=${device}></option>`)}</datalist>
      <ts-money-dialog @done=${this.done}></ts-money-dialog>
    `;
  }

  standing({ offer, title, timeMs }) {
    const { number, kind, account, own, device, by, free, untilMs } = offer;
    return html`<section class="panel" aria-labelledby="offer-title">
      <div class="head"><h2 id="offer-title">${kind}</h2><span class="tag ${free && !this.isOver ? 'good' : ''}">${this.isOver ? 'taken back' : places(offer)}</span><span class="muted">offer ${number} · <a href="/ledger#subject/offer/${number}">on the ledger</a></span>${this.buttons(offer)}</div>
      <p class="lead price">${price(offer)}</p>
      ${free || this.isOver ? nothing : html`<p class="hint">All its places are taken: one is free again as soon as a contract that took it ends.</p>`}
      <dl class="table">
        <div><dt>Offered by</dt><dd>${accountLink(account)}${own ? html` <span class="tag">this member’s</span>` : nothing}</dd></div>
        ${device ? html`<div><dt>Device</dt><dd><a href=${own ? '/devices/' + encodeURIComponent(device) : '/ledger#subject/device/' + device}>${device}</a></dd></div>` : nothing}
        <div><dt>Taken by</dt><dd>${by === 'request' ? 'asking for it, and paying each request' : html`a contract: <em>${title}</em>`}</dd></div>
        <div><dt>Places</dt><dd>${by === 'request' || offer.places === 0 ? 'any number' : `${count(offer.places)} at once, ${count(offer.running)} taken`}</dd></div>
        <div><dt>Until</dt><dd>${moment(store.now() + untilMs - timeMs)} <span class="muted">(${left(untilMs - timeMs)} left)</span></dd></div>
      </dl>
    </section>`;
  }

  /** Whoever may sign for the member takes offers with it, and takes its own back; a wallet of this browser signs for itself. */
  buttons(offer) {
    const takes = offer.by === 'contract' && (may('money') || wallet.account);
    const withdraws = offer.own && may('money');
    if (this.isOver || (!takes && !withdraws)) return nothing;
    return html`<span class="buttons">
      ${withdraws ? html`<button type="button" class="button" @click=${() => this.ask('withdraw')}>Take it back…</button>` : nothing}
      ${takes ? html`<button type="button" class="button strong" ?disabled=${!offer.free} @click=${() => this.ask('take')}>Take this offer…</button>` : nothing}
    </span>`;
  }

  terms({ terms }) {
    const laid = terms.filter(({ type, open }) => !open && type !== 'stream');
    const open = terms.filter((term) => term.open);
    return html`<section class="panel" aria-labelledby="terms-title">
      <div class="head"><h2 id="terms-title">Its terms</h2><span class="muted">${open.length === 0 ? 'all are laid down' : `who takes it chooses ${open.length === 1 ? 'one' : count(open.length)}`}</span></div>
      <dl class="table">
        ${open.map(({ name, type, value, unit }) => html`<div><dt>${plain(name)}</dt><dd><span class="tag">to be chosen</span> ${unit || type}, proposed: ${value}</dd></div>`)}
        ${laid.map(({ name, value }) => html`<div><dt>${plain(name)}</dt><dd>${value}</dd></div>`)}
      </dl>
    </section>`;
  }

  words({ words, offer }) {
    return html`<section class="panel" aria-labelledby="words-title">
      <div class="head"><h2 id="words-title">The contract that it lays down</h2><span class="muted">its offerer is ${plain(offer.party)}</span></div>
      <pre class="words" tabindex="0" role="region" aria-label="The contract in plain words">${words}</pre>
    </section>`;
  }

  request({ url, account }) {
    return html`<section class="panel" aria-labelledby="request-title">
      <div class="head"><h2 id="request-title">How it is had</h2></div>
      <p class="lead">A program asks for it there and pays each request with a voucher of a payment channel to ${accountName(account)} (HTTP 402). Programs with a wallet do both by themselves, for example:</p>
      <div class="inner"><ts-copy .text=${`python -m thingstead buy '${url}' --node ${location.origin} --wallet agent.pem --api-key KEY`}></ts-copy></div>
    </section>`;
  }

  rating({ name, kind, rating }) {
    return html`<section class="panel" aria-labelledby="rating-title">
      <div class="head"><h2 id="rating-title">How contracts ended</h2><span class="muted">with ${name}, for ${kind}</span></div>
      ${rating.length === 0 ? html`<p class="hint">None has ended yet in which money moved. The ledger counts them by itself; nobody votes.</p>` : html`<table class="contract-sums"><caption>Counted by the ledger, of contracts in which money went from one party to another. Look at the amounts: whoever owns several members can trade with itself.</caption>
        <thead><tr><th scope="col">Ended in</th><th scope="col" class="number">times</th><th scope="col" class="number">brought ${name}</th><th scope="col" class="number">cost ${name}</th><th scope="col">the last one</th></tr></thead>
        <tbody>${rating.map(({ state, asset, count: times, earned, lost, event }) => html`<tr><th scope="row">${plain(state)}</th><td class="number">${count(times)}</td><td class="number">${amount(earned, asset)}</td><td class="number">${amount(lost, asset)}</td><td>${eventLink(event)}</td></tr>`)}</tbody></table>`}
    </section>`;
  }

  ask(kind) {
    const dialog = this.querySelector('ts-money-dialog');
    const { member } = store.status;
    dialog.known = { member, reckon: () => ({}) };
    this.said = nothing;
    dialog.ask(kind, { shown: this.data, account: may('money') ? member : wallet.account });
  }

  done = ({ detail: { said, events, does } }) => {
    const contract = events.flatMap(({ subjects }) => subjects).find((subject) => subject.startsWith('contract/'));
    this.said = html`${said} ${does === 'take-offer' && contract ? html`<a href="/${contract.replace('contract/', 'contracts/')}">The contract’s page</a>` : nothing}`;
    this.isOver = does === 'withdraw-offer';
    this.load();
  };
}

const amount = (text, asset) => (isNothing(text) ? '–' : html`${sum(text)} <span class="unit">${asset}</span>`);

class Offer extends LitElement {
  createRenderRoot() {
    return this;
  }

  render() {
    return partOf === 'new' ? html`<ts-offer-editor></ts-offer-editor>` : html`<ts-offer-page></ts-offer-page>`;
  }
}

customElements.define('ts-offer-page', OfferPage);
customElements.define('ts-offer', Offer);
