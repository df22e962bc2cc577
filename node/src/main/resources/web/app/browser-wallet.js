// The wallet that this browser may be: its key, its account, which this member hosts, and what can be done with it.
import { LitElement, html, nothing } from 'lit';
import { getJson, postJson } from './ask.js';
import { showWhile, whenClosed } from './dialogs.js';
import { may } from './me.js';
import { algorithmName, givesKeys } from './device/key.js';
import { isNothing } from './money-words.js';
import { wallet } from './wallet/wallet.js';
import './copy-lines.js';
import './money-account.js';

class BrowserWalletPanel extends LitElement {
  static properties = { member: {}, ask: { attribute: false }, actsFor: { attribute: false }, state: { state: true }, asks: { state: true }, problem: { state: true }, busy: { state: true }, forgetting: { state: true } };

  constructor() {
    super();
    this.member = '';
    /** looking, none, keyed (nobody opened its account yet), open */
    this.state = 'looking';
    this.asks = null;
    this.problem = '';
    this.busy = false;
    this.forgetting = false;
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    if (givesKeys()) this.look();
    // somebody else may open the account meanwhile
    this.timer = setInterval(() => document.hidden || this.state !== 'keyed' || this.look(), 3000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  async look() {
    try {
      if (!(await wallet.find())) {
        this.state = 'none';
        return;
      }
      // the account that follows the one before it: asked like this, one that is not there is no error
      const before = (BigInt('0x' + wallet.thumbprint) - 1n).toString(16).padStart(64, '0');
      const { accounts } = await getJson('/api/accounts?limit=1&after=key/' + before);
      this.state = accounts[0]?.account === wallet.account ? 'open' : 'keyed';
      if (this.state === 'keyed') this.asks = await wallet.asks(this.member);
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    return html`<section class="panel" aria-labelledby="wallet-title">
        <div class="head"><h2 id="wallet-title">This browser’s wallet</h2>${wallet.key ? html`<span class="tag">${algorithmName(wallet.key.alg)}</span>` : nothing}</div>
        <div class="inner">${this.content()}</div>
        ${this.problem ? html`<p class="said bad" role="alert">${this.problem}</p>` : nothing}
      </section>
      ${this.state === 'open' ? html`<ts-money-account .account=${wallet.account} .ask=${this.ask} .actsFor=${this.actsFor}></ts-money-account>` : nothing}
      ${this.dialog()}`;
  }

  content() {
    if (!givesKeys()) return html`<p>A browser keeps a key for a page only over HTTPS, or on the machine itself (localhost). This page came another way, so this browser can be no wallet here. Open it over HTTPS.</p>`;
    if (this.state === 'looking') return html`<p class="muted">${this.problem ? nothing : 'Looking for a key in this browser…'}</p>`;
    if (this.state === 'none')
      return html`<p>A wallet is a key. This browser makes one that never leaves it; ${this.member} hosts its account and hands in what it signs. Whoever uses this browser can spend what is there; <strong>when the browser’s data are cleared, it is lost</strong>: keep pocket money here.</p>
        <p class="buttons"><button type="button" class="button strong" ?disabled=${this.busy} @click=${this.make}>${this.busy ? 'Making a key…' : 'Make a wallet in this browser'}</button></p>`;
    if (this.state === 'keyed') return this.opening();
    return html`<p>What this account has, only this browser’s key spends. <strong>When the browser’s data are cleared, it is lost.</strong></p>
      <p class="buttons"><button type="button" class="button" @click=${this.askToForget}>Forget the key…</button></p>`;
  }

  opening() {
    if (may('money'))
      return html`<p>The key is made. Its account is opened once, by ${this.member}, which hosts it; that stands on the ledger.</p>
        <p class="buttons"><button type="button" class="button strong" ?disabled=${this.busy} @click=${this.open}>${this.busy ? 'Asking the ledger…' : 'Open its account'}</button> <button type="button" class="button" @click=${this.askToForget}>Forget the key…</button></p>`;
    return html`<p>The key is made. An administrator opens its account, on this page under <em>Open a wallet’s account</em>, with these two, which are no secrets:</p>
      ${this.asks ? html`<p>Its public key</p><ts-copy .text=${this.asks.key}></ts-copy><p>Its proof of possession</p><ts-copy .text=${this.asks.possession}></ts-copy>` : nothing}
      <p class="buttons"><button type="button" class="button" @click=${this.askToForget}>Forget the key…</button></p>`;
  }

  async change(what) {
    this.busy = true;
    this.problem = '';
    try {
      await what();
      await this.look();
      this.dispatchEvent(new Event('changed'));
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }

  make() {
    return this.change(() => wallet.make());
  }

  open() {
    return this.change(async () => postJson('/api/wallets', await wallet.asks(this.member)));
  }

  async askToForget() {
    const account = this.state === 'open' ? await getJson('/api/accounts/' + wallet.account).catch(() => null) : null;
    this.left = account?.balances.filter(({ amount }) => !isNothing(amount)) ?? [];
    this.forgetting = true;
  }

  dialog() {
    return html`<dialog aria-labelledby="forget-title" @close=${whenClosed(() => (this.forgetting = false))}>
      ${this.forgetting
        ? html`<div class="ask">
            <h2 id="forget-title">Forget this key?</h2>
            <p>It is gone then, for good.</p>
            ${this.left.length ? html`<p class="bad"><strong>${this.left.map(({ amount, asset }) => `${amount} ${asset}`).join(' and ')} would be lost: nobody could ever spend it.</strong> Send it somewhere first.</p>` : nothing}
            <p>Channels whose vouchers it signs get no further ones.</p>
            <p class="buttons"><button type="button" class="button" autofocus @click=${() => (this.forgetting = false)}>Keep it</button> <button type="button" class="button" @click=${this.forget}>Forget the key${this.left.length ? ' and lose the money' : ''}</button></p>
          </div>`
        : nothing}
    </dialog>`;
  }

  async forget() {
    this.forgetting = false;
    await this.change(() => wallet.forget());
  }

  updated() {
    showWhile(this.querySelector(':scope > dialog'), this.forgetting);
  }
}

customElements.define('ts-browser-wallet', BrowserWalletPanel);
