// Payment instructions for a bank (pain.001) out of what events on the ledger say is owed: who pays, who is paid, when.
import { LitElement, html, nothing } from 'lit';
import { saveFile } from './ask.js';
import { eventLink, sum } from './money-words.js';

const DAY_MS = 86_400_000;

class Instructions extends LitElement {
  static properties = { movements: { attribute: false }, refused: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.movements = [];
    this.refused = '';
    this.busy = false;
  }

  createRenderRoot() {
    return this;
  }

  firstUpdated() {
    this.querySelector('dialog').showModal();
  }

  render() {
    return html`<dialog aria-labelledby="instruct-title" @close=${this.closed}>
      <form class="ask" @submit=${this.make}>
        <h2 id="instruct-title">Instructions for a bank</h2>
        <p>A file, pain.001 of ISO 20022, for the bank of the one who owes. Nobody sends it: you hand it to the bank. Each payment goes with the reference <code>event-</code> and its number, so that who is paid finds it on the ledger.</p>
        <fieldset><legend>Who pays</legend>${party('debtor', 'the payer')}<p class="field"><label for="instruct-day">On</label> <input id="instruct-day" name="day" type="date" required .value=${new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)} /></p></fieldset>
        ${this.movements.map(
          ({ event, amount, asset, words }) => html`<fieldset><legend>${sum(amount.replace('-', ''))} ${asset.split(':')[1]}, ${eventLink(event)}</legend><p class="muted">${words}</p>${party('creditor-' + event, 'the payee of event ' + event)}</fieldset>`,
        )}
        ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
        <p class="buttons"><button type="button" class="button" @click=${() => this.querySelector('dialog').close()}>Cancel</button> <button type="submit" class="button strong" ?disabled=${this.busy}>Save the file</button></p>
      </form>
    </dialog>`;
  }

  closed() {
    this.dispatchEvent(new Event('closed'));
  }

  async make(event) {
    event.preventDefault();
    const typed = Object.fromEntries(new FormData(event.target));
    const named = (prefix) => ({ name: typed[prefix + '-name'].trim(), iban: typed[prefix + '-iban'].replaceAll(' ', '').toUpperCase(), bic: typed[prefix + '-bic'].trim().toUpperCase() || undefined });
    const payments = this.movements.map(({ event: number }) => ({ event: number, creditor: named('creditor-' + number) }));
    this.busy = true;
    this.refused = '';
    try {
      await saveFile('/api/payment-instructions', 'pain.001.xml', { debtor: named('debtor'), day: typed.day, payments });
      this.querySelector('dialog').close();
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
  }
}

const input = (name, label, of, rest = {}) => html`<p class="field"><label for=${name}>${label}</label> <input id=${name} name=${name} aria-label="${label} of ${of}" ?required=${!rest.optional} maxlength=${rest.most} autocomplete="off" spellcheck="false" /></p>`;

const party = (prefix, of) => html`${input(prefix + '-name', 'Name', of, { most: 70 })}${input(prefix + '-iban', 'IBAN', of, { most: 42 })}${input(prefix + '-bic', 'BIC (optional)', of, { most: 11, optional: true })}`;

customElements.define('ts-instructions', Instructions);
