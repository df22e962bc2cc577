// How long the contents of readings are kept: the rules, and for administrators, setting and taking them away.
import { html, nothing } from 'lit';
import { postJson, putJson } from './ask.js';
import { ChangingElement } from './changing-element.js';
import { showWhile, whenClosed } from './dialogs.js';
import { may } from './me.js';
import { count, shortName } from './format.js';
import { store } from './store.js';

const MOST_DAYS = 36_500;
const days = (number) => (number === 1 ? 'one day' : count(number) + ' days');

class RetentionRules extends ChangingElement {
  static source = '/api/retention';
  static everyMs = 10_000;
  static properties = { asking: { state: true } };

  constructor() {
    super();
    this.asking = null;
  }

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    return html`<section class="panel" aria-labelledby="retention-title">
      <div class="head"><h2 id="retention-title">How long contents are kept</h2><span class="muted">${data.pending > 0 ? count(data.pending) + ' erased leaves are still to be taken off the disk' : data.erased > 0 ? count(data.erased) + ' leaves erased since the start' : nothing}</span></div>
      ${this.outcome()}
      ${data.rules.length === 0 ? html`<p class="hint">Everything is kept. A rule has what is older erased to its last byte, here and at the members that were granted it; the log still verifies.</p>` : nothing}
      <ul>${data.rules.map((rule) => this.rule(rule))}</ul>
      ${may('admin') ? this.form() : nothing}
      ${this.dialog()}
    </section>`;
  }

  rule({ device, days: kept }) {
    const name = device ? shortName(device) : 'All other devices';
    return html`<li class="row">
      <span><strong>${name}</strong> <span class="muted">kept for ${days(kept)}</span></span>
      ${may('admin') ? html`<button type="button" class="button" ?disabled=${this.busy} aria-label="Take the rule for ${name} away" @click=${() => this.change(() => postJson('/api/retention/remove', { device }), `${name}: everything is kept from now on.`)}>Keep everything</button>` : nothing}
    </li>`;
  }

  form() {
    return html`<form class="retain" @submit=${this.ask}>
      <label>Device <input name="device" maxlength="64" pattern="[a-z0-9\\-]{1,64}" placeholder="all others" autocomplete="off" autocapitalize="off" spellcheck="false" /></label>
      <label>Days <input name="days" type="number" min="1" max=${MOST_DAYS} required inputmode="numeric" /></label>
      <button type="submit" class="button">Set…</button>
    </form>`;
  }

  ask(event) {
    event.preventDefault();
    const { device, days: kept } = Object.fromEntries(new FormData(event.target));
    this.asking = { device: device ? `${store.status.member}:${device}` : null, kept: Number(kept), filled: event.target };
  }

  dialog() {
    const { asking } = this;
    return html`<dialog aria-labelledby="retain-title" @close=${whenClosed(() => (this.asking = null))}>
      ${asking
        ? html`<form class="ask" @submit=${this.set}>
            <h2 id="retain-title">Erase what is older than ${days(asking.kept)}?</h2>
            <p>Of ${asking.device ? html`<strong>${shortName(asking.device)}</strong>` : 'all devices without a rule of their own'}, what was received more than ${days(asking.kept)} ago is erased within the hour, and every hour from then on: <strong>for ever, to its last byte</strong>, here and at members that were granted it.</p>
            <p>The log still verifies, and proofs say that the content was erased. Backups are not touched: delete those that are older, too.</p>
            <p class="buttons"><button type="button" class="button" @click=${() => (this.asking = null)}>Cancel</button> <button type="submit" class="button strong" ?disabled=${this.busy}>Set the rule</button></p>
          </form>`
        : nothing}
    </dialog>`;
  }

  async set(event) {
    event.preventDefault();
    const { device, kept, filled } = this.asking;
    this.asking = null;
    await this.change(async () => {
      await putJson('/api/retention', device ? { device, days: kept } : { days: kept });
      filled.reset();
    }, `${device ? shortName(device) : 'All other devices'}: kept for ${days(kept)}.`);
  }

  updated() {
    showWhile(this.querySelector('dialog'), this.asking);
  }
}

customElements.define('ts-retention', RetentionRules);
