// What this member, its devices and the wallets that it hosts have, and which assets there are.
import { LitElement, html, nothing } from 'lit';
import { may } from './me.js';
import { accountLink, eventLink, isNothing, sum, total } from './money-words.js';

class MoneyOverview extends LitElement {
  static properties = { pages: { attribute: false }, assets: { attribute: false }, ask: { attribute: false }, more: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  get member() {
    return this.pages[0].member;
  }

  render() {
    return html`${this.accounts()} ${this.known()}`;
  }

  accounts() {
    const { pages, assets, member } = this;
    const rows = pages.flatMap(({ accounts }) => accounts);
    const has = rows.some(({ balances }) => balances.length > 0);
    const { next } = pages.at(-1);
    return html`<section class="panel" aria-labelledby="has-title">
      <div class="head">
        <h2 id="has-title">What ${member} has</h2>
        ${may('money') ? html`<span class="buttons"><button type="button" class="button" @click=${() => this.ask('wallet')}>Open a wallet’s account…</button> <button type="button" class="button strong" ?disabled=${!has} @click=${() => this.ask('send')}>Send…</button></span>` : nothing}
      </div>
      ${has ? this.totals(rows, next) : this.empty(assets, member)}
      <ul>${rows.map((row) => this.account(row))}</ul>
      ${next ? html`<p class="hint"><button type="button" class="button" @click=${() => this.more(next)}>Further accounts</button></p>` : nothing}
    </section>`;
  }

  empty(assets, member) {
    if (assets.length === 0) return html`<p class="hint">There is no money on this ledger yet. ${may('money') ? html`<button type="button" class="button" @click=${() => this.ask('create')}>Create an asset…</button> such as EUR, then issue some of it to this member.` : 'Administrators create an asset, such as EUR, and issue some of it.'}</p>`;
    const own = assets.filter(({ issuer }) => issuer === member);
    return html`<p class="hint">Nothing yet. ${own.length > 0 && may('money') ? html`<button type="button" class="button" @click=${() => this.ask('issue', { asset: own[0].asset })}>Issue some ${own[0].asset}…</button> or ask` : 'Ask'} another member to send some to <strong>${member}</strong>: that is this member’s account.</p>`;
  }

  /** All accounts together, by asset. */
  totals(rows, next) {
    const sums = new Map();
    for (const { asset, amount, held } of rows.flatMap(({ balances }) => balances)) {
      const before = sums.get(asset) ?? [];
      sums.set(asset, [...before, { amount, held }]);
    }
    return html`<dl class="totals">${[...sums].map(([asset, all]) => {
      const held = total(all.map((each) => each.held));
      return html`<div><dt>${asset}</dt><dd><span class="value">${sum(total(all.map(({ amount }) => amount)))}</span> <span class="muted">${isNothing(held) ? 'all of it free' : `${sum(held)} held`}${next ? ', of those below' : ''}</span></dd></div>`;
    })}</dl>`;
  }

  account({ account, balances }) {
    const [kind] = account.split('/');
    return html`<li class="account">
      <span>${accountLink(account)} <span class="tag">${account === 'member/' + this.member ? 'this member' : kind === 'key' ? 'hosted wallet' : kind}</span></span>
      ${balances.length === 0 ? html`<span class="muted">nothing</span>` : html`<ul>${balances.map((balance) => balanceRow(balance))}</ul>`}
    </li>`;
  }

  known() {
    const { assets } = this;
    return html`<section class="panel" aria-labelledby="assets-title">
      <div class="head"><h2 id="assets-title">Assets</h2>${may('money') ? html`<button type="button" class="button" @click=${() => this.ask('create')}>Create an asset…</button>` : nothing}</div>
      ${assets.length === 0 ? html`<p class="hint">None yet. An asset is what a member owes or gives: euros, points, hours. What it is worth outside the ledger is its issuer’s word.</p>` : nothing}
      <ul>${assets.map((asset) => this.asset(asset))}</ul>
    </section>`;
  }

  asset({ asset, issuer, decimals, issued, event }) {
    const own = issuer === this.member;
    return html`<li class="account">
      <span><strong>${asset}</strong> <span class="tag">${own ? 'issued by this member' : 'issued by ' + issuer}</span> <span class="muted">${decimals === 0 ? 'no decimals' : decimals === 1 ? 'one decimal' : decimals + ' decimals'}, ${eventLink(event)}</span></span>
      <span class="sums"><span><span class="value">${sum(issued)}</span> <span class="muted">in circulation</span></span>
        ${own && may('money') ? html`<span class="buttons"><button type="button" class="button" aria-label="Issue ${asset}" @click=${() => this.ask('issue', { asset })}>Issue…</button> <button type="button" class="button" aria-label="Redeem ${asset}" ?disabled=${isNothing(issued)} @click=${() => this.ask('redeem', { asset })}>Redeem…</button></span>` : nothing}
      </span>
    </li>`;
  }
}

/** What an account has of an asset: all of it, and what of that is held. */
export function balanceRow({ asset, amount, held, available }) {
  return html`<li class="balance"><span class="value">${sum(amount)}</span> <span>${asset}</span> <span class="muted">${isNothing(held) ? 'all of it free' : `${sum(held)} held, ${sum(available)} free`}</span></li>`;
}

customElements.define('ts-money-overview', MoneyOverview);
