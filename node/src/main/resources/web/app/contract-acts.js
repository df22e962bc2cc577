// What leads a contract on, and the buttons with which this member does its part: each asks first, in the very words of what is
// signed.
import { LitElement, html, nothing } from 'lit';
import { postJson } from './ask.js';
import { may } from './me.js';
import { store } from './store.js';
import { moment } from './format.js';
import { left, list, plain } from './contract-words.js';
import { showWhile, whenClosed } from './dialogs.js';

class ContractActs extends LitElement {
  static properties = { contract: { attribute: false }, reload: { attribute: false }, asking: { state: true }, agreed: { state: true }, busy: { state: true }, refused: { state: true }, said: { state: true } };

  constructor() {
    super();
    this.contract = null;
    this.reload = () => {};
    this.asking = null;
    this.agreed = false;
    this.busy = false;
    this.refused = '';
    this.said = '';
  }

  createRenderRoot() {
    return this;
  }

  /** What was said of an act is over with the next thing that happens. */
  willUpdate(changed) {
    if (!changed.has('contract') || this.busy || !this.said) return;
    const newest = this.contract.history[0]?.event;
    this.saidAt ??= newest;
    if (this.saidAt !== newest) this.said = '';
  }

  render() {
    const { contract } = this;
    if (!contract || (contract.status !== 'draft' && contract.status !== 'running')) return this.said ? html`<section class="panel"><p class="said good alone" role="status">${this.said}</p></section>` : nothing;
    return html`<section class="panel" aria-labelledby="acts-title">
        <div class="head"><h2 id="acts-title">${contract.status === 'draft' ? 'Who is to sign' : 'What leads on from here'}</h2>${this.pausing(contract)}</div>
        <p class="said good" role="status">${this.said}</p>
        ${contract.status === 'draft' ? this.draft(contract) : this.running(contract)}
      </section>
      ${this.dialog()}`;
  }

  draft({ number, parties, words, agreement }) {
    const own = parties.filter(({ own: mine, signed }) => mine && !signed).map(({ name }) => name);
    const others = parties.filter(({ own: mine, signed }) => !mine && !signed).map(({ name }) => plain(name));
    const isParty = parties.some(({ own: mine }) => mine);
    return html`<ul class="ways">
      <li class="way">
        <div>
          ${own.length > 0 ? html`<p><strong>This member is to sign as ${list(own.map(plain))}.</strong> With the last signature the deposits are locked up and it begins.</p>` : html`<p>${isParty ? 'This member has signed.' : 'This member is no party of it.'}</p>`}
          ${others.length > 0 ? html`<p class="muted">${list(others)} ${others.length === 1 ? 'signs at its' : 'sign at their'} own node.</p>` : nothing}
        </div>
        <p class="buttons">
          ${own.length > 0 && may('money') ? html`<button type="button" class="button strong" ?disabled=${!words} @click=${() => this.question({ title: 'Sign this contract?', text: words, agree: `${list(own.map(plain))} ${own.length === 1 ? 'agrees' : 'agree'} to every word of it`, button: 'Sign', path: `/api/contracts/${number}/sign`, body: { agreement }, done: 'It is signed.' })}>Read and sign…</button>` : nothing}
          ${isParty && may('money') ? html`<button type="button" class="button" @click=${() => this.question({ title: 'Withdraw this draft?', words: ['Nobody can sign it any more. It may be drafted anew.'], button: 'Withdraw', path: `/api/contracts/${number}/withdraw`, done: 'The draft is withdrawn.' })}>Withdraw…</button>` : nothing}
        </p>
      </li>
    </ul>${may('money') ? nothing : html`<p class="hint">To sign it takes the right “money”, which administrators have.</p>`}`;
  }

  running({ number, ways, demands, demanded, pause }) {
    const paused = pause?.sinceMs != null;
    return html`${paused ? html`<p class="hint warn">It is paused since ${moment(pause.sinceMs)}: nothing leads on until its time goes on.</p>` : nothing}
      <ul class="ways">
        ${demanded ? this.demanded(demanded) : nothing}
        ${ways.map((way) => this.way(number, way))}
        ${demands.map((demand) => this.demand(number, demand))}
      </ul>
      ${ways.length + demands.length === 0 ? html`<p class="hint">Nothing but time.</p>` : nothing}`;
  }

  way(number, { name, by, when, then, parties, signed, may: mine, lastingMs, shownMs }) {
    const missing = parties.filter((party) => !signed.includes(party)).map(plain);
    return html`<li class="way" data-way=${name}>
      <div>
        <p><strong>${plain(name)}</strong> <span class="tag">${by}</span></p>
        <p>${when}:</p>
        <p class="muted">${then}</p>
        ${by === 'signature' && parties.length > 1 ? html`<p class="muted">${signed.length > 0 ? `Signed by ${list(signed.map(plain))}; ` : ''}${list(missing)} ${missing.length === 1 ? 'has' : 'have'} not signed.</p>` : nothing}
        ${lastingMs != null && shownMs > 0 ? html`<p>Shown so far: ${left(shownMs)} of ${left(lastingMs)} <progress max=${lastingMs} value=${Math.min(shownMs, lastingMs)} aria-label="Shown so far">${shownMs}</progress></p>` : nothing}
      </div>
      <p class="buttons">${may('money') ? mine.map((party) => this.doing(number, name, by, when, then, party, mine.length > 1)) : nothing}${by === 'evidence' ? html`<span class="muted">the node that takes the readings shows them by itself</span>` : mine.length === 0 && missing.length > 0 ? html`<span class="muted">waits for ${list(missing)}</span>` : nothing}</p>
    </li>`;
  }

  doing(number, way, by, when, then, party, several) {
    const pays = by === 'payment';
    return html`<button type="button" class="button strong" aria-label="${pays ? 'Pay' : 'Sign'} ${plain(way)}${several ? ' as ' + plain(party) : ''}" @click=${() => this.question({
      title: `${pays ? 'Pay' : 'Sign'} “${plain(way)}” as ${plain(party)}?`,
      words: [when + ':', then],
      button: pays ? 'Pay' : 'Sign',
      path: `/api/contracts/${number}/steps`,
      body: { kind: pays ? 'pay' : 'sign', way, party },
      done: `${plain(party)} has ${pays ? 'paid' : 'signed'} “${plain(way)}”.`,
    })}>${pays ? 'Pay' : 'Sign'}${several ? ' as ' + plain(party) : ''}…</button>`;
  }

  demand(number, { stream, holder, withinMs, missing, may: mine }) {
    return html`<li class="way" data-demand=${stream}>
      <div>
        <p><strong>Demand “${plain(stream)}”</strong> <span class="tag">demand</span></p>
        <p>Any party may demand the readings of a span: ${plain(holder)} delivers them within ${left(withinMs)}, without a gap. Where it does not:</p>
        <p class="muted">${missing}</p>
      </div>
      <p class="buttons">${may('money') ? mine.map((party) => html`<button type="button" class="button" aria-label="Demand ${plain(stream)}${mine.length > 1 ? ' as ' + plain(party) : ''}" @click=${() => this.askSpan(number, stream, holder, withinMs, party)}>Demand${mine.length > 1 ? ' as ' + plain(party) : ''}…</button>`) : nothing}</p>
    </li>`;
  }

  demanded({ stream, party, holder, fromMs, toMs, reachedMs, own }) {
    return html`<li class="way">
      <div>
        <p><strong>${plain(party)} demands “${plain(stream)}”</strong> <span class="tag draft">open</span></p>
        <p class=${own ? 'warn' : ''}>${plain(holder)}${own ? ', this member,' : ''} is to deliver the readings from ${moment(fromMs)} to ${moment(toMs)}${reachedMs == null ? '' : `; it did up to ${moment(reachedMs)}`}.</p>
        <p class="muted">Deadlines wait for it.</p>
      </div>
    </li>`;
  }

  askSpan(number, stream, holder, withinMs, party) {
    const { sinceMs } = this.contract;
    this.question({
      title: `Demand “${plain(stream)}” as ${plain(party)}?`,
      words: [`${plain(holder)} has ${left(withinMs)} to deliver all readings of the span. Each party may demand once in each state.`],
      span: { from: sinceMs, to: Math.max(sinceMs, store.now() - 2000) },
      button: 'Demand',
      path: `/api/contracts/${number}/demands`,
      body: { stream, party },
      done: `The readings “${plain(stream)}” are demanded.`,
    });
  }

  pausing({ number, pause }) {
    if (!pause || !may('money')) return nothing;
    const { mayPause, mayResume, mostMs } = pause;
    return html`<span class="buttons">
      ${mayPause.map((party) => html`<button type="button" class="button" @click=${() => this.question({ title: `Pause it as ${plain(party)}?`, words: [`Its time stands still for at most ${left(mostMs)}; ${plain(party)} can do this once.`], button: 'Pause', path: `/api/contracts/${number}/steps`, body: { kind: 'pause', party }, done: 'Its time stands still.' })}>Pause${mayPause.length > 1 ? ' as ' + plain(party) : ''}…</button>`)}
      ${mayResume.slice(0, 1).map((party) => html`<button type="button" class="button strong" @click=${() => this.question({ title: 'Let its time go on?', words: ['Deadlines are later by as long as it was paused.'], button: 'Go on', path: `/api/contracts/${number}/steps`, body: { kind: 'resume', party }, done: 'Its time goes on.' })}>Go on…</button>`)}
    </span>`;
  }

  question(asking) {
    this.refused = '';
    this.said = '';
    this.agreed = false;
    this.asking = asking;
  }

  dialog() {
    const { asking } = this;
    return html`<dialog class=${asking?.text ? 'wide' : ''} aria-labelledby="acts-ask" @close=${whenClosed(() => (this.asking = null))}>
      ${asking ? html`<form class="ask" @submit=${this.confirm}>
        <h2 id="acts-ask">${asking.title}</h2>
        ${(asking.words ?? []).map((line) => html`<p>${line}</p>`)}
        ${asking.text ? html`<pre class="words" tabindex="0" role="region" aria-label="The words that are signed">${asking.text}</pre>
          <label class="check"><input type="checkbox" required .checked=${this.agreed} @change=${(event) => (this.agreed = event.target.checked)} /> ${asking.agree}</label>` : nothing}
        ${asking.span ? html`<div class="fields">
          <label class="entry">From (UTC)<input type="datetime-local" name="from" step="1" required .value=${local(asking.span.from)} /></label>
          <label class="entry">To (UTC)<input type="datetime-local" name="to" step="1" required .value=${local(asking.span.to)} /></label></div>` : nothing}
        <p class="muted">This member’s node signs it; it stands on the ledger for ever.</p>
        ${this.refused ? html`<p class="bad" role="alert">${this.refused}</p>` : nothing}
        <p class="buttons">
          <button type="button" class="button" ?autofocus=${!asking.text} @click=${() => this.querySelector('dialog').close()}>Cancel</button>
          <button type="submit" class="button strong" ?disabled=${this.busy || (asking.text && !this.agreed)}>${this.busy ? 'The ledger is asked…' : asking.button}</button>
        </p>
      </form>` : nothing}
    </dialog>`;
  }

  async confirm(event) {
    event.preventDefault();
    const { path, body, done, span } = this.asking;
    const form = new FormData(event.target);
    this.busy = true;
    this.refused = '';
    this.saidAt = null;
    try {
      await postJson(path, span ? { ...body, fromMs: exact(form.get('from'), span.from), toMs: exact(form.get('to'), span.to) } : body);
      this.asking = null;
      this.said = done;
    } catch (error) {
      this.refused = error.message;
    }
    await this.reload();
    this.busy = false;
  }

  updated() {
    showWhile(this.querySelector('dialog'), this.asking);
  }
}

/** As a field of date and time has it, in UTC. */
const local = (ms) => new Date(ms).toISOString().slice(0, 19);

/** What is not changed stays exact to the millisecond, of which the field says nothing. */
const exact = (text, offered) => (text.slice(0, 19) === local(offered) || text + ':00' === local(offered) ? Math.round(offered) : Date.parse(text + 'Z'));

customElements.define('ts-contract-acts', ContractActs);
