// Where something is offered: what it is, what it costs, where and for how long, and how it is taken: by a contract, which is
// written here or begun with a template, with the terms that stay open, or by the request. What was typed stays in this tab.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { may } from './me.js';
import { store } from './store.js';
import { list, plain } from './contract-words.js';
import { forget, keep, kept } from './contract-draft.js';
import { ContractWriting } from './contract-writing.js';
import { OPENABLE } from './contract-form.js';
import { knownAccounts } from './known-accounts.js';
import { span } from './money-actions.js';
import { accountOf, amountOf } from './money-words.js';
import { here, kindOf, placeOf, placeText } from './market-words.js';
import './money-dialog.js';
import './place-map.js';

const EMPTY = { kind: '', account: '', device: '', place: '', price: '', asset: '', per: '', places: '', forNumber: '30', forUnit: 'd', way: 'contract', url: '', party: '', open: [] };
/** The name under which this tab keeps them, whatever contract goes with them. */
const FIELDS = 'offer';
const KINDS = ['energy.charging', 'parking.bay', 'wash.machine', 'storage.box', 'data.weather'];
const UNITS = ['min', 'h', 'd', 'kW.h', 'km', 'kg', 'l', '{piece}', '{request}'];

class OfferEditor extends ContractWriting {
  static properties = { offer: { state: true }, assets: { state: true }, templates: { state: true }, suggested: { state: true }, refused: { state: true }, placing: { state: true } };

  constructor() {
    super();
    this.offer = EMPTY;
    /** null: not asked yet. */
    this.assets = null;
    this.templates = [];
    this.suggested = { accounts: [], own: [], devices: [] };
    this.refused = '';
    this.placing = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.forgetStore = store.subscribe((changed) => changed.has('status') && this.requestUpdate());
    const none = (error) => (this.problem = error.message);
    getJson('/api/assets').then(({ assets }) => (this.assets = assets), none);
    getJson('/api/contract-templates').then(({ templates }) => (this.templates = templates), none);
    knownAccounts().then((known) => (this.suggested = known));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.forgetStore();
  }

  get keptAs() {
    return 'offer/' + this.template;
  }

  restore() {
    this.offer = { ...EMPTY, ...kept(FIELDS)?.offer };
    super.restore();
  }

  get member() {
    return store.status?.member ?? '';
  }

  /** The member’s own asset, or the first, until another one is chosen. */
  get asset() {
    const { assets, offer, member } = this;
    return assets?.find(({ asset }) => asset === offer.asset) ?? assets?.find(({ issuer }) => issuer === member) ?? assets?.[0];
  }

  /** The party that offers; the last one until another one is chosen: who pays mostly stands first. */
  get party() {
    const names = (this.checked?.roles ?? []).map(({ name }) => name);
    return names.includes(this.offer.party) ? this.offer.party : (names.at(-1) ?? '');
  }

  get account() {
    return accountOf(this.offer.account || this.member);
  }

  /** In the words that are signed stands who offers. */
  get given() {
    const given = super.given;
    try {
      return this.known?.has(this.offer.party) ? { ...given, [this.offer.party]: this.account } : given;
    } catch {
      return given;
    }
  }

  get open() {
    return new Set((this.checked?.terms ?? []).filter(({ name, type }) => OPENABLE.has(type) && this.offer.open.includes(name)).map(({ name }) => name));
  }

  /** Who offers stands in the words: they are made anew. */
  set(what) {
    this.offer = { ...this.offer, ...what };
    keep(FIELDS, { text: '', offer: this.offer });
    if ('party' in what || 'account' in what) this.changed();
  }

  choose(template) {
    this.template = template;
    history.replaceState(null, '', template ? '?template=' + template : location.pathname);
    this.restore();
  }

  render() {
    const { checked, offer } = this;
    if (!may('money')) return html`<section class="panel"><div class="head"><h2>Offer a service</h2></div><p class="hint">To offer something for this member takes the right “money”, which administrators have. <a href="/market">All offers</a></p></section>`;
    if (this.text === null || this.assets === null || !this.member) return html`<section class="panel"><p class="hint" role="status">${this.problem || 'Asking the node…'}</p></section>`;
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      ${this.what()}
      ${offer.way === 'request' ? nothing : html`
        <div class="write">
          <div class="write-text">${this.editor()} ${this.findings(checked)}</div>
          <div class="write-side">${this.words(checked)}</div>
        </div>
        <ts-contract-form class="panel" .checked=${checked} .values=${this.values} .filled=${(name, value) => this.filled(name, value)} .offer=${{ party: this.party, open: this.open, offers: (party) => this.set({ party }), opens: (name, isOpen) => this.set({ open: isOpen ? [...this.open, name] : [...this.open].filter((each) => each !== name) }) }}></ts-contract-form>`}
      ${this.ready()}
      <datalist id="offer-kinds">${KINDS.map((each) => html`<option value=${each}></option>`)}</datalist>
      <datalist id="offer-units">${UNITS.map((each) => html`<option value=${each}></option>`)}</datalist>
      <datalist id="offer-accounts">${[this.member, ...this.suggested.own].map((each) => html`<option value=${each}></option>`)}</datalist>
      <datalist id="offer-devices">${this.suggested.own.map((each) => html`<option value=${each}></option>`)}</datalist>
      <ts-money-dialog @done=${this.done}></ts-money-dialog>
    `;
  }

  what() {
    const { offer } = this;
    return html`<section class="panel" aria-labelledby="what-title">
      <div class="head"><h2 id="what-title">Offer a service</h2><span class="muted">all members see it</span></div>
      <form id="offer-form" @submit=${this.publish}>
        <fieldset class="filling"><legend>What, and for how much</legend>
          ${this.entry('kind', 'Kind', 'from the general to the special, with points', { required: true, most: 64, list: 'offer-kinds', placeholder: 'parking.bay' })}
          ${this.entry('price', 'Price of a unit', this.asset ? '' : 'there is no asset on this ledger yet', { required: true, most: 26, placeholder: '0.05', mode: 'decimal' })}
          <div class="fill"><label for="offer-asset">Asset</label><select id="offer-asset" @change=${(event) => this.set({ asset: event.target.value })}>${(this.assets ?? []).map(({ asset }) => html`<option value=${asset} .selected=${asset === this.asset?.asset}>${asset}</option>`)}</select></div>
          ${this.entry('per', 'Unit', 'a UCUM code, or a word in braces', { required: true, most: 32, list: 'offer-units', placeholder: 'min' })}
          <div class="fill"><label for="offer-forNumber">For how long</label><span class="span"><input id="offer-forNumber" type="number" required min="1" max="3650" .value=${offer.forNumber} @input=${(event) => this.set({ forNumber: event.target.value })} /> <select aria-label="Unit of time" @change=${(event) => this.set({ forUnit: event.target.value })}>${[['min', 'minutes'], ['h', 'hours'], ['d', 'days']].map(([each, words]) => html`<option value=${each} .selected=${each === offer.forUnit}>${words}</option>`)}</select></span></div>
        </fieldset>
        <fieldset class="filling"><legend>Who, and where</legend>
          ${this.entry('account', 'Who offers, and is paid', 'this member, or one of its devices', { most: 104, list: 'offer-accounts', placeholder: this.member })}
          ${this.entry('device', 'Device that does it or measures it', 'left out: none', { most: 97, list: 'offer-devices', placeholder: this.member + ':bay-1' }, this.deviceChosen)}
          ${this.entry('place', 'Place', 'latitude and longitude; left out: none', { most: 60, placeholder: '48.1401, 11.5583' })}
          <div class="fill place"><span class="buttons"><button type="button" class="button" @click=${this.stand}>Where I am</button> <span class="muted" role="status">${this.placing || 'or point at it:'}</span></span></div>
        </fieldset>
        <ts-place-map .place=${this.place} @place=${({ detail }) => this.set({ place: placeText(detail) })}></ts-place-map>
        <fieldset class="filling ways-in"><legend>How it is taken</legend>
          <label class="pick"><input type="radio" name="way" value="contract" .checked=${offer.way === 'contract'} @change=${() => this.set({ way: 'contract' })} /> <span><strong>By a contract</strong> <span class="muted">for what takes time and is measured: parking, charging, washing</span></span></label>
          <label class="pick"><input type="radio" name="way" value="request" .checked=${offer.way === 'request'} @change=${() => this.set({ way: 'request' })} /> <span><strong>By the request</strong> <span class="muted">each answer is paid with a voucher (HTTP 402): readings, data</span></span></label>
          ${offer.way === 'request' ? this.entry('url', 'Where it is asked for', 'a GET of this node, or of another server that takes vouchers', { required: true, most: 200, placeholder: location.origin + '/api/readings?device=…' }) : html`
            <div class="fill"><label for="offer-template">Begin the contract with</label><select id="offer-template" @change=${(event) => this.choose(event.target.value)}><option value="" .selected=${this.template === ''}>a small one to change</option>${this.templates.map(({ name, title }) => html`<option value=${name} .selected=${name === this.template}>${title}</option>`)}</select></div>
            ${this.entry('places', 'Places', 'how many contracts may run at once; left out: any number', { most: 7, mode: 'numeric', placeholder: '1' })}`}
        </fieldset>
      </form>
    </section>`;
  }

  entry(name, label, says, { required = false, most, list: suggests, placeholder, mode } = {}, then) {
    return html`<div class="fill">
      <label for="offer-${name}">${label}</label>
      <input id="offer-${name}" ?required=${required} maxlength=${most} list=${suggests ?? nothing} inputmode=${mode ?? nothing} autocomplete="off" autocapitalize="off" spellcheck="false" placeholder=${placeholder} aria-describedby="offer-${name}-says" .value=${this.offer[name]} @input=${(event) => this.set({ [name]: event.target.value })} @change=${then ?? nothing} />
      <span id="offer-${name}-says" class="muted">${says}</span>
    </div>`;
  }

  /** What is typed, as far as it is a place. */
  get place() {
    try {
      return this.offer.place ? placeOf(this.offer.place) : null;
    } catch {
      return null;
    }
  }

  async stand() {
    this.placing = 'Asking the browser…';
    try {
      this.set({ place: placeText(await here()) });
      this.placing = '';
    } catch (error) {
      this.placing = error.message;
    }
  }

  /** Where a device is that says so, the service is had, as long as nobody says otherwise. */
  deviceChosen = async () => {
    const device = this.deviceName();
    if (!device || this.offer.place) return;
    const { position } = await getJson('/api/devices/' + encodeURIComponent(device)).catch(() => ({}));
    if (position && !this.offer.place) this.set({ place: placeText(position) });
  };

  deviceName() {
    const device = this.offer.device.trim();
    return device && !device.includes(':') ? `${this.member}:${device}` : device;
  }

  /** Money of the contract that is of no asset here, and the button that mends it. */
  strangeAssets() {
    const names = new Set((this.assets ?? []).map(({ asset }) => asset));
    return [...new Set((this.checked?.terms ?? []).filter(({ type }) => type === 'money').map(({ unit }) => unit))].filter((asset) => asset && !names.has(asset));
  }

  ready() {
    const { offer, checked } = this;
    const byContract = offer.way === 'contract';
    const strange = byContract ? this.strangeAssets() : [];
    return html`<section class="panel" aria-labelledby="ready-title">
      <div class="head"><h2 id="ready-title">${byContract && !checked?.sound ? 'Its contract is not sound yet' : html`<span class="good" aria-hidden="true">✓</span> Read it once more`}</h2><button type="submit" form="offer-form" class="button strong" ?disabled=${!this.asset}>Offer it…</button></div>
      ${this.asset ? nothing : html`<p class="hint warn">There is no money on this ledger yet: <a href="/money">create an asset</a> first.</p>`}
      ${this.asset && strange.length > 0 ? html`<p class="hint warn">The ledger has no asset ${list(strange)}: nobody could take it like this. <button type="button" class="button" @click=${() => this.mend(strange)}>Write ${this.asset.asset} in its place</button></p>` : nothing}
      <p class="hint">${byContract ? `${this.party ? `${plain(this.party)} offers; ` : ''}${this.open.size === 0 ? 'who takes it chooses nothing but its own account.' : `who takes it chooses ${list([...this.open].map(plain))}.`}` : 'Who takes it pays by the request, without a contract.'} The words come next, before it is signed.</p>
      ${this.refused ? html`<p class="hint bad" role="alert">${this.refused}</p>` : nothing}
    </section>`;
  }

  mend(strange) {
    this.text = strange.reduce((text, asset) => text.replaceAll(asset, this.asset.asset), this.text);
    this.changed();
  }

  /** As the node takes it; an error says what is missing. */
  body() {
    const { offer } = this;
    const { asset } = this.asset;
    const body = { kind: kindOf(offer.kind), account: this.account, asset, price: amountOf(offer.price, this.asset), per: offer.per.trim(), forMs: span(offer).forMs };
    if (!/^[!-~]{1,32}$/.test(body.per)) throw new Error(`“${offer.per}” is no unit: a UCUM code such as min, h or kW.h, without spaces.`);
    const device = this.deviceName();
    if (device) body.device = device;
    if (offer.place.trim()) {
      const { lat, lon } = placeOf(offer.place);
      Object.assign(body, { latitude: lat, longitude: lon });
    }
    if (offer.way === 'request') return { ...body, url: offer.url.trim() };
    if (offer.places.trim()) {
      if (!/^\d{1,7}$/.test(offer.places.trim())) throw new Error('How many places? A number, or nothing for any.');
      body.places = Number(offer.places);
    }
    return { ...body, text: this.text, values: this.given, party: this.party, open: [...this.open] };
  }

  /** The words of the text as it stands, in which is said who offers. */
  async settle() {
    clearTimeout(this.typing);
    await this.check();
    if (this.offer.party !== this.party) {
      this.offer = { ...this.offer, party: this.party };
      await this.check();
    }
    if (!this.checked?.sound) throw new Error(this.problem || 'The contract is not sound: what is found in it stands above.');
    if (!this.fresh) throw new Error('It was changed meanwhile: look at it once more.');
  }

  async publish(event) {
    event.preventDefault();
    this.refused = '';
    try {
      if (this.offer.way === 'contract') await this.settle();
      const offer = this.body();
      const dialog = this.querySelector('ts-money-dialog');
      dialog.known = { member: this.member };
      dialog.ask('publish', { offer, text: offer.text ? this.checked.words : null });
    } catch (error) {
      this.refused = error.message;
    }
  }

  done = ({ detail: { events } }) => {
    const number = events.flatMap(({ subjects }) => subjects).find((subject) => subject.startsWith('offer/'))?.slice('offer/'.length);
    forget(this.keptAs);
    forget(FIELDS);
    location.assign('/market/' + number);
  };
}

customElements.define('ts-offer-editor', OfferEditor);
