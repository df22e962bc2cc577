// Signs a voucher of a channel with this browser’s key: so much in all, to be given to the payee beside the ledger.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';
import { accountName, amountOf, sum, text, units } from './money-words.js';
import { wallet } from './wallet/wallet.js';
import './copy-lines.js';

class VoucherDialog extends LitElement {
  static properties = { channel: { attribute: false }, asset: { state: true }, before: { state: true }, made: { state: true }, refused: { state: true } };

  constructor() {
    super();
    this.asset = null;
    this.before = 0;
    this.made = null;
    this.refused = '';
  }

  createRenderRoot() {
    return this;
  }

  async firstUpdated() {
    this.querySelector('dialog').showModal();
    try {
      const { assets } = await getJson('/api/assets');
      this.before = await wallet.signed(this.channel.number);
      this.asset = assets.find(({ asset }) => asset === this.channel.asset);
    } catch (error) {
      this.refused = error.message;
    }
  }

  render() {
    const { channel, asset, before, made } = this;
    return html`<dialog aria-labelledby="voucher-title" @close=${this.closed}>
      <form class="ask" @submit=${this.sign}>
        <h2 id="voucher-title">A voucher of channel ${channel.number}</h2>
        <p>It says how much of the deposit, ${sum(channel.deposit)} ${channel.asset}, goes to ${accountName(channel.payee)} <strong>in all</strong>. The payee closes the channel with the highest one; earlier ones count no more.</p>
        ${asset && before ? html`<p class="muted">The highest that this browser signed: ${sum(text(BigInt(before), asset.decimals))} ${channel.asset}.</p>` : nothing}
        <p class="field"><label for="voucher-amount">In all</label> <input id="voucher-amount" name="amount" required inputmode="decimal" maxlength="26" autocomplete="off" placeholder="7.50" /></p>
        ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
        ${made ? html`<div role="status"><p class="good">Signed: ${sum(made.amount)} ${channel.asset} in all. Give it to ${accountName(channel.payee)}.</p><ts-copy .text=${made.voucher}></ts-copy></div>` : nothing}
        <p class="buttons"><button type="button" class="button" @click=${() => this.querySelector('dialog').close()}>Done</button> <button type="submit" class="button strong" ?disabled=${!asset}>Sign it</button></p>
      </form>
    </dialog>`;
  }

  closed() {
    this.dispatchEvent(new Event('closed'));
  }

  async sign(event) {
    event.preventDefault();
    const { channel, asset } = this;
    this.refused = '';
    try {
      const amount = amountOf(new FormData(event.target).get('amount'), asset);
      const value = units(amount, asset.decimals);
      if (value > units(channel.deposit, asset.decimals)) throw new Error(`The deposit is ${sum(channel.deposit)} ${channel.asset}: put more in first.`);
      if (value <= BigInt(this.before)) throw new Error('A voucher over no more than one that was signed before gives nobody anything.');
      this.made = { amount, voucher: await wallet.voucher(channel.number, Number(value)) };
      this.before = Number(value);
    } catch (error) {
      this.refused = error.message;
    }
  }
}

customElements.define('ts-voucher', VoucherDialog);
