// The market: what is offered, found by kind, place and price, as a list and on a map. The address keeps what is asked.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { PageElement } from './page-element.js';
import { may } from './me.js';
import { count, moment, shortName } from './format.js';
import { left } from './contract-words.js';
import { parameters, readQuery } from './device-query.js';
import { store } from './store.js';
import { distance, ended, here, kindOf, placeOf, placeOfOffer, placeText, places, price } from './market-words.js';
import './offer-map.js';

const ASKED = ['kind', 'near', 'radius', 'asset', 'atMost', 'own', 'free', 'sort', 'skip'];
const NARROWING = ['kind', 'near', 'asset', 'atMost', 'own', 'free'];
const PAGE = 100;
const TYPING_MS = 300;
const RADII = [
  [500, '500 m'],
  [2000, '2 km'],
  [10_000, '10 km'],
  [50_000, '50 km'],
  [500_000, '500 km'],
];
const ORDERS = [
  ['newest', 'the newest first'],
  ['price', 'the cheapest first'],
  ['distance', 'the nearest first'],
];
/** One of a kind that is in no list yet. */
const EXAMPLES = ['energy.charging', 'parking.bay', 'data.weather'];

class Market extends PageElement {
  static properties = { query: { state: true }, assets: { state: true }, chosen: { state: true }, kinds: { state: true }, narrow: { state: true } };

  constructor() {
    super();
    this.query = readQuery(location.search, ASKED);
    this.assets = [];
    this.chosen = null;
    /** Kinds that were seen here, to be suggested. */
    this.kinds = new Set(EXAMPLES);
    this.asked = 0;
    this.media = matchMedia('(max-width: 760px)');
    this.narrow = this.media.matches;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow = () => {
      this.query = readQuery(location.search, ASKED);
      this.load();
    };
    addEventListener('popstate', this.follow);
    this.media.addEventListener('change', () => (this.narrow = this.media.matches));
    getJson('/api/assets').then(({ assets }) => (this.assets = assets), () => {});
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('popstate', this.follow);
    clearTimeout(this.typing);
  }

  /** As the node is asked; an error says what of it is wrong. */
  get wanted() {
    const { kind, near, atMost, asset } = this.query;
    const wanted = parameters({ ...this.query, kind: kindOr(kind), near: near.trim() && Object.values(placeOf(near)).map((degrees) => degrees.toFixed(6)).join() }, ASKED);
    if (!near.trim()) wanted.delete('radius');
    if (atMost && !asset) throw new Error('A price at most is of one asset: say which.');
    wanted.set('limit', PAGE);
    return wanted;
  }

  /** Answers that come late are of a question that nobody asks any more. */
  async load() {
    const asked = ++this.asked;
    try {
      const data = await getJson('/api/offers?' + this.wanted);
      if (asked !== this.asked) return;
      this.data = data;
      this.problem = '';
      this.learn(data.offers);
    } catch (error) {
      if (asked === this.asked) this.problem = error.message;
    }
  }

  learn(offers) {
    const kinds = new Set(this.kinds);
    for (const { kind } of offers) kind.split('.').forEach((_, i, words) => kinds.add(words.slice(0, i + 1).join('.')));
    if (kinds.size !== this.kinds.size) this.kinds = kinds;
  }

  /** Another question. The address keeps it; turning pages can be gone back by the browser’s button. */
  ask(changed, turns = false) {
    this.query = { ...this.query, skip: '', ...changed };
    if (!this.query.near && this.query.sort === 'distance') this.query.sort = '';
    const search = parameters(this.query, ASKED).toString();
    history[turns ? 'pushState' : 'replaceState'](null, '', search ? '?' + search : location.pathname);
    this.load();
  }

  typed(changed) {
    this.query = { ...this.query, skip: '', ...changed };
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.ask({}), TYPING_MS);
  }

  clear() {
    this.ask(readQuery('', ASKED));
    this.querySelector('#market-kind').focus();
  }

  get isNarrowed() {
    return NARROWING.some((name) => this.query[name].trim());
  }

  /** Where is looked from, or null. */
  get near() {
    try {
      return this.query.near.trim() ? placeOf(this.query.near) : null;
    } catch {
      return null;
    }
  }

  async stand() {
    try {
      this.ask({ near: placeText(await here()), radius: this.query.radius || '10000' });
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    const { data } = this;
    return html`
      <section class="panel" aria-labelledby="market-title">
        <div class="head"><h2 id="market-title">Market</h2><span class="muted" role="status">${data ? this.howMany(data) : this.problem ? nothing : 'Asking the node…'}</span>${may('money') ? html`<a class="button strong" href="/market/new">Offer a service</a>` : nothing}</div>
        <p class="lead muted">What members and their devices offer each other: for how much, where, and how contracts with them ended. An offer is taken by signing its contract, or paid by the request.</p>
        ${this.filters()}
        ${this.problem ? html`<p class="hint warn" role="alert">${this.problem}</p>` : nothing}
      </section>
      ${data ? this.found(data) : nothing}
      <datalist id="market-kinds">${[...this.kinds].sort().map((kind) => html`<option value=${kind}></option>`)}</datalist>
    `;
  }

  howMany({ total, partial }) {
    if (total === 0) return 'none';
    return `${count(total)}${this.isNarrowed ? ' found' : ' offered'}${partial ? ', and not all were looked at: say which kind' : ''}`;
  }

  filters() {
    const { query } = this;
    return html`<search class="filters">
      <input id="market-kind" type="search" maxlength="64" list="market-kinds" placeholder="Kind: energy.charging" aria-label="Kind of service" autocapitalize="off" spellcheck="false" .value=${query.kind} @input=${(event) => this.typed({ kind: event.target.value })} />
      <span class="near"><input type="search" maxlength="60" inputmode="text" placeholder="Near: 48.14, 11.56" aria-label="Near, latitude and longitude" .value=${query.near} @input=${(event) => this.typed({ near: event.target.value })} /> <button type="button" class="button" @click=${this.stand}>Where I am</button> <button type="button" class="button" @click=${this.middle}>Middle of the map</button></span>
      ${query.near.trim() ? html`<label>Within <select @change=${(event) => this.ask({ radius: event.target.value })}>${withOwn(RADII, query.radius || '50000', (metres) => distance(Number(metres)).replace(' away', '')).map(([metres, words]) => html`<option value=${metres} .selected=${String(metres) === (query.radius || '50000')}>${words}</option>`)}</select></label>` : nothing}
      ${this.narrow ? html`<details class="more" ?open=${this.isFiltered}><summary>Filter and sort</summary><div>${this.choices()}</div></details>` : this.choices()}
      ${this.isNarrowed ? html`<button type="button" class="button" @click=${() => this.clear()}>Clear</button>` : nothing}
    </search>`;
  }

  get isFiltered() {
    const { asset, atMost, free, own } = this.query;
    return Boolean(asset || atMost || free || own);
  }

  choices() {
    const { query } = this;
    return html`<label>For <select @change=${(event) => this.ask({ asset: event.target.value, atMost: event.target.value ? query.atMost : '' })}>
        <option value="" .selected=${query.asset === ''}>any asset</option>
        ${withOwn(this.assets.map(({ asset }) => [asset, asset]), query.asset, (asset) => asset).map(([asset, words]) => html`<option value=${asset} .selected=${asset === query.asset}>${words}</option>`)}
      </select></label>
      <label class="most">at most <input inputmode="decimal" maxlength="26" placeholder="any price" .value=${query.atMost} @input=${(event) => this.typed({ atMost: event.target.value.trim(), asset: query.asset || (event.target.value && this.assets.length === 1 ? this.assets[0].asset : '') })} /></label>
      <label class="check"><input type="checkbox" .checked=${query.free === 'true'} @change=${(event) => this.ask({ free: event.target.checked ? 'true' : '' })} /> only free ones</label>
      <label class="check"><input type="checkbox" .checked=${query.own === 'true'} @change=${(event) => this.ask({ own: event.target.checked ? 'true' : '' })} /> only this member’s</label>
      <label>Sorted by <select @change=${(event) => this.ask({ sort: event.target.value })}>${ORDERS.filter(([order]) => order !== 'distance' || query.near.trim()).map(([order, words]) => html`<option value=${order} .selected=${order === (query.sort || (query.near.trim() ? 'distance' : 'newest'))}>${words}</option>`)}</select></label>`;
  }

  middle() {
    const { view } = this.querySelector('ts-offer-map') ?? {};
    if (view) this.ask({ near: placeText(view.toPlace([view.width / 2, view.height / 2])), radius: this.query.radius || '50000' });
  }

  found(data) {
    const { offers } = data;
    const placed = offers.filter(placeOfOffer).length;
    return html`<div class="market">
      <section class="panel offers" aria-labelledby="offers-title">
        <div class="head"><h2 id="offers-title">Offers</h2>${offers.length < data.total ? html`<span class="muted">${count(offers.length)} of ${count(data.total)}</span>` : nothing}</div>
        ${offers.length === 0 ? this.none(data) : html`<ul>${offers.map((offer) => this.offer(offer, data.timeMs))}</ul>`}
        ${data.next || this.query.skip ? html`<p class="hint buttons">
          ${this.query.skip ? html`<button type="button" class="button" @click=${() => this.ask({}, true)}>First page</button>` : nothing}
          ${data.next ? html`<button type="button" class="button" @click=${() => this.turn(data.next)}>Next ${PAGE}</button>` : nothing}
        </p>` : nothing}
      </section>
      <section class="panel where" aria-labelledby="where-title">
        <div class="head"><h2 id="where-title">Where they are</h2><span class="legend muted"><span class="mark live" aria-hidden="true">●</span> free <span class="mark late" aria-hidden="true">○</span> taken${offers.length > placed ? html` <span class="placeless">${count(offers.length - placed)} without a place</span>` : nothing}</span></div>
        <ts-offer-map .offers=${offers} .near=${this.near} .chosen=${this.chosen} @choose=${this.choose}></ts-offer-map>
      </section>
    </div>`;
  }

  turn(skip) {
    this.ask({ skip: String(skip) }, true);
    scrollTo(0, 0);
  }

  none({ total }) {
    if (total > 0) return html`<p class="hint">No further offers. <button type="button" class="button" @click=${() => this.ask({})}>First page</button></p>`;
    if (this.isNarrowed) return html`<p class="hint">Nothing is offered that fits. Look for a more general kind, farther away, or at a higher price; or <button type="button" class="button" @click=${() => this.clear()}>show everything</button>.</p>`;
    return html`<p class="hint">Nothing is offered on this ledger yet. An offer says what a member or one of its devices does for others, such as a parking bay, a charging point or readings, and what a unit of it costs. ${may('money') ? html`<a href="/market/new">Offer something</a>: it stands here for all members as soon as it is signed.` : 'Who has the right “money” at a member offers something; it stands here for all members.'}</p>`;
  }

  offer(offer, timeMs) {
    const { number, kind, device, name, own, by, free, distanceM, untilMs, rating } = offer;
    return html`<li class="offer ${free ? '' : 'full'}" data-offer=${number} aria-current=${number === this.chosen ? 'true' : nothing} @pointerenter=${() => (this.chosen = number)}>
      <div class="name"><strong><a href="/market/${number}" @focus=${() => (this.chosen = number)}>${kind}</a></strong> ${own ? html`<span class="tag">this member’s</span>` : nothing}<p class="muted">${device ? (own ? shortName(device) : device) : name}${distanceM == null ? '' : ', ' + distance(distanceM)}</p></div>
      <p class="price">${price(offer)}</p>
      <div class="state-of"><span class=${free ? 'good' : 'warn'}>${places(offer)}</span><p class="muted">${by === 'request' ? 'paid by the request' : ended(rating)}</p></div>
      <p class="muted when" title=${moment(store.now() + untilMs - timeMs)}>${left(untilMs - timeMs)} left</p>
    </li>`;
  }

  async choose({ detail }) {
    this.chosen = detail;
    await this.updateComplete;
    this.querySelector(`[data-offer="${detail}"]`)?.scrollIntoView({ block: 'nearest' });
  }
}

/** Of what is being typed: a point at its end says nothing yet. */
function kindOr(typed) {
  const kind = typed.trim().replace(/\.+$/, '');
  return kind && kindOf(kind);
}

/** With what was asked for in the address, where it is in no list. */
const withOwn = (options, value, words) => (value && !options.some(([each]) => String(each) === value) ? [[value, words(value)], ...options] : options);

customElements.define('ts-market', Market);
