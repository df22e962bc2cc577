// Something to be done with money or on the market: a form, then the same in words with what goes where, and only then it is
// signed. A refusal stands in the dialog, which stays open.
import { LitElement, html, nothing } from 'lit';
import { showWhile, whenClosed } from './dialogs.js';
import { ACTIONS } from './money-actions.js';
import { OFFER_ACTIONS } from './market-actions.js';
import { byNode } from './money-node.js';
import { accountName, eventLink } from './money-words.js';
import { givesKeys } from './device/key.js';
import { wallet } from './wallet/wallet.js';

const ALL = { ...ACTIONS, ...OFFER_ACTIONS };

class MoneyDialog extends LitElement {
  static properties = { known: { attribute: false }, asked: { state: true }, wish: { state: true }, refused: { state: true }, busy: { state: true }, voucherKey: { state: true } };

  constructor() {
    super();
    this.known = null;
    this.asked = null;
    this.wish = null;
    this.refused = '';
    this.busy = false;
    this.voucherKey = 'browser';
  }

  createRenderRoot() {
    return this;
  }

  /** @param given what is known already: whose money, which hold… and `by` whom: node or wallet */
  async ask(kind, given = {}) {
    this.asked = { action: ALL[kind], given: { by: 'node', ...given, known: this.known } };
    this.wish = null;
    this.refused = '';
    this.voucherKey = givesKeys() ? 'browser' : 'other';
    if (fieldsOf(this.asked).length === 0) await this.make({});
  }

  render() {
    const { asked } = this;
    return html`<dialog class=${asked && this.wish && asked.action.text ? 'wide' : ''} aria-labelledby="money-ask-title" @close=${whenClosed(() => (this.asked = null))}>${asked ? (this.wish ? this.confirming(asked) : this.filling(asked)) : nothing}</dialog>`;
  }

  title({ action, given }) {
    return typeof action.title === 'function' ? action.title(given) : action.title;
  }

  filling(asked) {
    const { action, given } = asked;
    const about = typeof action.about === 'function' ? action.about(given) : action.about;
    return html`<form class="ask" @submit=${this.fill}>
      <h2 id="money-ask-title">${this.title(asked)}</h2>
      ${about ? html`<p>${about}</p>` : nothing}
      ${fieldsOf(asked).map((field) => this.field(field, given))}
      ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
      <p class="buttons"><button type="button" class="button" @click=${this.close}>Cancel</button> <button type="submit" class="button strong">Continue…</button></p>
    </form>`;
  }

  field(field, given) {
    const id = 'ask-' + field.name;
    const hint = field.hint ? html`<span class="muted" id="${id}-hint">${field.hint}</span>` : nothing;
    const described = field.hint ? id + '-hint' : nothing;
    if (field.kind === 'own' && given.from) return html`<p><span class="label">${field.label}</span> <strong>${accountName(given.from)}</strong></p>`;
    if (field.kind === 'span') return this.span(field);
    if (field.kind === 'voucher-key') return this.voucherKeys(field);
    return html`<p class="field"><label for=${id}>${field.label}${field.optional ? html` <span class="muted">(optional)</span>` : nothing}</label> ${this.control(field, given, id, described)} ${hint}</p>`;
  }

  control(field, given, id, described) {
    const { known } = this;
    const value = field.from?.(given) ?? field.value ?? '';
    switch (field.kind) {
      case 'own':
        return select(id, field.name, known.accounts.filter((account) => known.actsFor(account) === given.by).map((account) => [account, accountName(account)]));
      case 'asset':
        return select(id, field.name, (given.assets ?? known.assets.map(({ asset }) => asset)).map((asset) => [asset, asset]), given.asset);
      case 'own-asset':
        return select(id, field.name, known.assets.filter(({ issuer }) => issuer === known.member).map(({ asset }) => [asset, asset]), given.asset);
      case 'account':
        return html`<input id=${id} name=${field.name} ?required=${!field.optional} list="money-accounts" maxlength="104" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="acme, acme:box, key/…" aria-describedby=${described} .value=${value} />`;
      case 'amount':
        return html`<input id=${id} name=${field.name} required inputmode="decimal" maxlength="26" autocomplete="off" placeholder="12.50" .value=${value} />`;
      case 'count':
        return html`<input id=${id} name=${field.name} type="number" required min=${field.least} max=${field.most} .value=${String(value)} aria-describedby=${described} />`;
      case 'long':
        return html`<textarea id=${id} name=${field.name} rows="3" ?required=${!field.optional} maxlength=${field.most} autocomplete="off" spellcheck="false" aria-describedby=${described}></textarea>`;
      default:
        return html`<input id=${id} name=${field.name} ?required=${!field.optional} maxlength=${field.most} autocomplete="off" spellcheck="false" placeholder=${field.placeholder ?? ''} list=${field.list ?? nothing} aria-describedby=${described} />`;
    }
  }

  span({ label }) {
    return html`<p class="field"><label for="ask-for">${label}</label> <span class="span"><input id="ask-for" name="forNumber" type="number" required min="1" max="3650" .value=${'1'} /> <select name="forUnit" aria-label="Unit of time"><option value="min">minutes</option><option value="h">hours</option><option value="d" selected>days</option></select></span></p>`;
  }

  voucherKeys({ label }) {
    return html`<fieldset><legend>${label}</legend>
      ${givesKeys() ? html`<label class="pick"><input type="radio" name="key" value="browser" .checked=${this.voucherKey === 'browser'} @change=${() => (this.voucherKey = 'browser')} /> <span>A key of this browser, which never leaves it: vouchers are signed on this page</span></label>` : nothing}
      <label class="pick"><input type="radio" name="key" value="other" .checked=${this.voucherKey === 'other'} @change=${() => (this.voucherKey = 'other')} /> <span>Another key: a program’s, a device’s</span></label>
      ${this.voucherKey === 'other' ? html`<p class="field"><label for="ask-key">Its public key</label> <textarea id="ask-key" name="otherKey" rows="3" required maxlength="200" autocomplete="off" spellcheck="false"></textarea> <span class="muted">COSE_Key in base64url.</span></p>` : nothing}
    </fieldset>`;
  }

  confirming(asked) {
    const { action } = asked;
    return html`<form class="ask" @submit=${this.confirm}>
      <h2 id="money-ask-title" tabindex="-1">${this.title(asked)}?</h2>
      ${action.words(this.wish, this.known).map((line, i) => html`<p>${i === 0 ? html`<strong>${line}</strong>` : line}</p>`)}
      ${action.text?.(this.wish) ? html`<pre class="words" tabindex="0" role="region" aria-label="The words that are signed">${action.text(this.wish)}</pre>
        <label class="check"><input type="checkbox" required /> ${action.agree(this.wish)}</label>` : nothing}
      <p class="muted">${this.by === 'wallet' ? 'This browser signs it with its key' : `${this.known.member} signs it with its node key`}; it stands on the ledger for ever.</p>
      ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
      <p class="buttons">
        ${fieldsOf(asked).length > 0 ? html`<button type="button" class="button" ?disabled=${this.busy} @click=${this.back}>Change</button>` : nothing}
        <button type="button" class="button" ?disabled=${this.busy} @click=${this.close}>Cancel</button>
        <button type="submit" class="button strong" ?disabled=${this.busy}>${this.busy ? 'Asking the ledger…' : action.button}</button>
      </p>
    </form>`;
  }

  /** Who signs: where a form chooses that, the wish says so. */
  get by() {
    return this.wish?.by ?? this.asked.given.by;
  }

  close() {
    this.querySelector('dialog').close();
  }

  /** The form again, with what was typed. */
  async back() {
    this.wish = null;
    this.refused = '';
    await this.updateComplete;
    const form = this.querySelector('form');
    for (const [name, value] of Object.entries(this.typed)) if (form.elements[name]) form.elements[name].value = value;
  }

  fill(event) {
    event.preventDefault();
    return this.make(Object.fromEntries(new FormData(event.target)));
  }

  async make(typed) {
    const { action, given } = this.asked;
    this.typed = typed;
    try {
      this.wish = await action.wish(typed, this.known, given);
      this.refused = '';
    } catch (error) {
      this.refused = error.message;
    }
    await this.updateComplete;
    // not the button: a key that is pressed twice moves nothing
    if (this.wish) this.querySelector('form h2')?.focus();
  }

  async confirm(event) {
    event.preventDefault();
    this.busy = true;
    this.refused = '';
    try {
      const done = this.by === 'wallet' ? await wallet.wish(this.wish, this.known.reckon(this.wish)) : await byNode(this.wish);
      this.dispatchEvent(new CustomEvent('done', { detail: { said: done.events.map(({ number, words }) => html`${words} (${eventLink(number)}). `), events: done.events, does: this.wish.does } }));
      this.asked = null;
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
  }

  updated() {
    showWhile(this.querySelector('dialog'), this.asked);
  }
}

/** Some depend on what is asked about. */
const fieldsOf = ({ action: { fields = [] }, given }) => (typeof fields === 'function' ? fields(given) : fields);

function select(id, name, options, chosen) {
  return html`<select id=${id} name=${name} required>${options.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`)}</select>`;
}

customElements.define('ts-money-dialog', MoneyDialog);
