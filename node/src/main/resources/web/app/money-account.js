// One account: what it has, what is promised of it and to it, and what moved. Whoever disposes of it here can do more.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { PageElement } from './page-element.js';
import { accountName, accountPath } from './money-words.js';
import { balanceRow } from './money-overview.js';
import { channels, holds, limits } from './money-promises.js';
import { wallet } from './wallet/wallet.js';
import './money-movements.js';
import './money-voucher.js';

class MoneyAccount extends PageElement {
  static properties = { account: {}, ask: { attribute: false }, actsFor: { attribute: false }, voucherFor: { state: true } };

  constructor() {
    super();
    this.account = '';
    this.voucherFor = null;
    this.askedMs = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    // what comes to its time counts down
    this.ticking = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.ticking);
  }

  willUpdate(changed) {
    if (changed.has('account') && changed.get('account')) {
      this.data = null;
      this.problem = '';
      this.load();
    }
  }

  async load() {
    const { account } = this;
    if (!account) return;
    try {
      const data = await getJson(accountPath(account));
      if (account !== this.account) return;
      this.askedMs = Date.now();
      this.data = data;
      this.problem = '';
    } catch (error) {
      if (account !== this.account) return;
      this.problem = error.status === 404 ? `There is no account ${account} on this ledger.` : error.message;
    }
  }

  /** Ledger time now, as far as the ledger goes on. */
  get now() {
    return this.data.timeMs + Date.now() - this.askedMs;
  }

  render() {
    const { data, account } = this;
    if (!data) return this.waiting();
    const by = this.actsFor(account);
    const shown = { data, now: this.now, account, by, ask: (kind, given) => this.ask(kind, { by, ...given }), actsFor: this.actsFor, signs: (channel) => wallet.key && channel.key === wallet.thumbprint, voucher: (channel) => (this.voucherFor = channel) };
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      <section class="panel" aria-labelledby="account-title">
        <div class="head"><h2 id="account-title">Account of ${accountName(account)}</h2>${by ? this.buttons(by) : nothing}</div>
        ${data.balances.length === 0 ? html`<p class="hint">It has nothing. Whoever sends it something names it as <code class="print">${account.startsWith('key/') ? account : accountName(account)}</code>.</p>` : html`<ul class="balances">${data.balances.map((balance) => balanceRow(balance))}</ul>`}
        ${data.host ? html`<p class="hint">A wallet, hosted by ${data.host}: only its key spends what is here. <code class="print">${account}</code></p>` : nothing}
      </section>
      <ts-movements .account=${account} .balances=${data.balances} .newest=${data.history[0]?.number ?? 0}></ts-movements>
      ${holds(shown)} ${limits(shown)} ${channels(shown)}
      ${this.voucherFor ? html`<ts-voucher .channel=${this.voucherFor} @closed=${() => (this.voucherFor = null)}></ts-voucher>` : nothing}
    `;
  }

  buttons(by) {
    const given = { by, from: this.account, assets: this.data.balances.map(({ asset }) => asset) };
    const hasNone = given.assets.length === 0;
    const button = (kind, words, look = '') => html`<button type="button" class="button ${look}" ?disabled=${hasNone} @click=${() => this.ask(kind, given)}>${words}</button> `;
    return html`<span class="buttons">${button('hold', 'Set aside…')}${button('limit', 'Let another spend…')}${button('channel', 'Open a channel…')}${button('send', 'Send…', 'strong')}</span>`;
  }
}

customElements.define('ts-money-account', MoneyAccount);
