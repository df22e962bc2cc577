// Money of this member: what its accounts have, what moves it, and the wallet that this browser may be. Which part is
// shown stands in the address after “#”, so that it can be linked to.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { PageElement } from './page-element.js';
import { may } from './me.js';
import { accountName } from './money-words.js';
import { wallet } from './wallet/wallet.js';
import './money-account.js';
import './money-dialog.js';
import './money-overview.js';
import './browser-wallet.js';

const ACCOUNT = /^#account\/((?:member|device|key|contract|channel)\/[a-z0-9:-]{1,97})$/;

class Money extends PageElement {
  static source = '/api/accounts?limit=200';
  static properties = { assets: { state: true }, said: { state: true }, hash: { state: true }, further: { state: true } };

  constructor() {
    super();
    this.assets = [];
    this.members = [];
    this.said = nothing;
    this.hash = location.hash;
    /** The pages of accounts after the first, where somebody asked for them. */
    this.further = [];
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow = () => {
      this.hash = location.hash;
      this.said = nothing;
    };
    window.addEventListener('hashchange', this.follow);
    wallet.find().then(() => this.requestUpdate(), () => {});
    // only to be suggested as payees
    getJson('/api/consortium').then(({ members }) => (this.members = members), () => {});
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.follow);
  }

  async load() {
    // a list that cannot be had now stays as it was
    const { assets } = await getJson('/api/assets').catch(() => this);
    this.assets = assets;
    await super.load();
  }

  async more(after) {
    const page = await getJson('/api/accounts?limit=200&after=' + encodeURIComponent(after)).catch((error) => (this.problem = error.message));
    if (page.accounts) this.further = [...this.further, page];
  }

  get pages() {
    return [this.data, ...this.further];
  }

  /** What forms and the words of a confirmation are made of. */
  get known() {
    const { data, assets } = this;
    const rows = this.pages.flatMap(({ accounts }) => accounts);
    const shown = this.querySelector('ts-money-account')?.data;
    const balances = (account) => (shown?.account === account ? shown.balances : rows.find((row) => row.account === account)?.balances);
    return {
      member: data.member,
      assets,
      accounts: rows.map(({ account }) => account),
      balances,
      actsFor: (account) => this.actsFor(account),
      reckon: (wish) => ({
        decimals: assets.find(({ asset }) => asset === (wish.asset ?? wish.hold?.asset ?? wish.channel?.asset))?.decimals,
        nowMs: shown.timeMs,
      }),
    };
  }

  /** Who can dispose of an account here: the node for the member and its devices, this browser for its wallet. */
  actsFor(account) {
    if (account === wallet.account && account) return 'wallet';
    const { member } = this.data;
    const own = account === 'member/' + member || account.startsWith(`device/${member}:`);
    return own && may('money') ? 'node' : null;
  }

  render() {
    if (!this.data) return this.waiting();
    const account = this.hash.match(ACCOUNT)?.[1];
    const isWallet = this.hash === '#wallet';
    const own = 'member/' + this.data.member;
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      <nav class="parts" aria-label="Money">
        ${part('/money#', 'Overview', !account && !isWallet)}
        ${part('/money#account/' + own, `Account of ${this.data.member}`, account === own)}
        ${part('/money#wallet', 'This browser’s wallet', isWallet)}
        ${account && account !== own ? part('/money#account/' + account, accountName(account), true) : nothing}
      </nav>
      <div class="said good" role="status">${this.said}</div>
      ${isWallet
        ? html`<ts-browser-wallet .member=${this.data.member} .ask=${this.ask} .actsFor=${(each) => this.actsFor(each)} @changed=${this.changed}></ts-browser-wallet>`
        : account
          ? html`<ts-money-account .account=${account} .ask=${this.ask} .actsFor=${(each) => this.actsFor(each)}></ts-money-account>`
          : html`<ts-money-overview .pages=${this.pages} .assets=${this.assets} .ask=${this.ask} .more=${(after) => this.more(after)}></ts-money-overview>`}
      <datalist id="money-accounts">${this.suggestions().map((each) => html`<option value=${each}></option>`)}</datalist>
      <ts-money-dialog @done=${this.done}></ts-money-dialog>
    `;
  }

  suggestions() {
    const members = this.members.filter(({ removed }) => !removed).map(({ name }) => name);
    const accounts = this.pages.flatMap(({ accounts }) => accounts).map(({ account }) => (account.startsWith('key/') ? account : accountName(account)));
    return [...new Set([...members, ...accounts])];
  }

  ask = (kind, given) => {
    const dialog = this.querySelector('ts-money-dialog');
    dialog.known = this.known;
    this.said = nothing;
    dialog.ask(kind, given);
  };

  changed = () => {
    this.requestUpdate();
    this.load();
  };

  done = ({ detail }) => {
    this.said = detail.said;
    this.further = [];
    this.load();
    this.querySelector('ts-money-account')?.load();
  };
}

const part = (href, words, isCurrent) => html`<a href=${href} aria-current=${isCurrent ? 'true' : nothing}>${words}</a>`;

customElements.define('ts-money', Money);
