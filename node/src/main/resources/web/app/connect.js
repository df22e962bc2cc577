// The page that connects a device: prepare a name, let the device claim it or give it a token, copy the lines that send,
// and see its first message arrive.
import { html, nothing, svg } from 'lit';
import { postJson } from './ask.js';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { moment, shortName } from './format.js';
import { KINDS, ways } from './connect-lines.js';
import { may } from './me.js';
import './copy-lines.js';
import './first-reading.js';
import './prepared-names.js';
import './browser-device.js';
import './proof-dialog.js';

const LOOPBACK = /^(localhost|127\.|\[::1\])/;
const QUIET = 4;
const TIMES = [
  [60, '1 hour'],
  [24 * 60, '1 day'],
  [7 * 24 * 60, '7 days'],
];

class Connect extends LiveElement {
  static watches = ['status'];
  static properties = { kind: { state: true }, way: { state: true }, name: { state: true }, made: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.kind = 'code';
    this.way = '';
    this.name = 'my-device-' + Math.random().toString(36).slice(2, 6);
    this.made = null;
    this.problem = '';
    this.busy = false;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow = () => location.reload();
    window.addEventListener('hashchange', this.follow);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.follow);
  }

  render() {
    const code = location.hash.match(/^#claim=([\w-]{1,40})$/)?.[1];
    return code ? html`<ts-browser-device class="panel" .code=${code}></ts-browser-device><ts-proof></ts-proof>` : this.all();
  }

  all() {
    return html`
      <section class="panel" aria-labelledby="prepare-title">
        <div class="head"><h2 id="prepare-title">1. Prepare a name</h2></div>
        <div class="inner">${may('devices') ? this.form() : html`<p>Operators and administrators of this node prepare names: ask one of them for a code or a token. What to do with it stands below.</p>`}</div>
      </section>
      <section class="panel" aria-labelledby="send-title">
        <div class="head"><h2 id="send-title">2. Let the device send</h2></div>
        <div class="inner">${this.made ? this.given(this.made) : nothing}${this.lines()}</div>
      </section>
      <section class="panel" aria-labelledby="first-title">
        <div class="head"><h2 id="first-title">3. Its first message</h2></div>
        <div class="inner" role="status"><ts-first-reading .device=${this.made?.device ?? ''} ?coded=${this.made?.code !== undefined}></ts-first-reading></div>
      </section>
      ${may('devices') ? html`<ts-prepared class="panel" .news=${this.made}></ts-prepared>` : nothing}
      ${may('devices') ? html`<ts-browser-device class="panel"></ts-browser-device>` : nothing}
      <ts-proof></ts-proof>
    `;
  }

  form() {
    return html`<form class="prepare" @submit=${this.make}>
      <fieldset class="kinds">
        <legend>What kind of device is it?</legend>
        ${KINDS.map(({ id, title, note, level }) => html`<label class="kind">
          <input type="radio" name="kind" value=${id} .checked=${id === this.kind} @change=${() => this.choose(id)} />
          <span><strong>${title}</strong> <span class="tag">${level}</span><br /><span class="muted">${note}</span></span>
        </label>`)}
      </fieldset>
      <div class="asked">
        <label for="new-name">Name</label>
        <input id="new-name" name="name" required pattern="[a-z0-9\\-]{1,64}" maxlength="64" autocomplete="off" autocapitalize="off" spellcheck="false" aria-describedby="name-hint" .value=${this.name} @input=${(event) => (this.name = event.target.value)} />
        <p class="muted" id="name-hint">a to z, 0 to 9 and “-”. It stands on the ledger for good.</p>
        ${this.kind === 'key'
          ? html`<label for="new-key">Public key</label>
              <textarea id="new-key" name="key" rows="2" required maxlength="200" autocomplete="off" spellcheck="false" aria-describedby="key-hint"></textarea>
              <p class="muted" id="key-hint"><code>did:key:z…</code>, or hex: an Ed25519 key, a P-256 point, or a COSE_Key. Never the private key.</p>`
          : nothing}
        ${this.kind === 'token'
          ? nothing
          : html`<label for="new-minutes">The code is good for</label>
              <select id="new-minutes" name="minutes">${TIMES.map(([minutes, words]) => html`<option value=${minutes}>${words}</option>`)}</select>`}
        <p class="buttons"><button type="submit" class="button strong" ?disabled=${this.busy}>${this.busy ? 'Preparing…' : this.kind === 'token' ? 'Register it and make a token' : 'Prepare it and make a code'}</button></p>
        <p class="warn" role="alert">${this.problem}</p>
      </div>
    </form>`;
  }

  choose(kind) {
    this.kind = kind;
    this.way = '';
    this.problem = '';
  }

  /** What was made: a code with its QR code, or a token. */
  given(made) {
    if (made.token)
      return html`<p><strong>${shortName(made.device)}</strong> is registered. Its token is in the lines below; it is shown only now.</p>`;
    return html`<div class="given">
      ${qrCode(made.qr, made.link)}
      <div>
        <p>The code for <strong>${shortName(made.device)}</strong>, shown only now:</p>
        <p class="claim-code">${made.code}</p>
        <p class="muted">Good once, until ${moment(made.expiresMs)}${made.kind === 'key' ? ', for the key you pasted' : ''}. Whoever has it first can take the name.</p>
        <p>A phone or tablet scans the QR code, or opens this link:</p>
        <ts-copy .text=${made.link}></ts-copy>
        ${LOOPBACK.test(location.hostname) ? html`<p class="warn">You reach this node as ${location.hostname}, and so does the link: it works on this machine alone. For other devices let the node listen on your network (<code>[http] host</code> in <code>thingstead.toml</code>) and open this page under that address.</p>` : nothing}
      </div>
    </div>`;
  }

  lines() {
    const { made } = this;
    const all = ways(made?.kind ?? this.kind, {
      host: location.hostname,
      http: location.origin,
      mqttPort: store.status?.mqttPort ?? 1883,
      token: made?.token ?? 'TOKEN',
      code: made?.code ?? 'CODE',
      name: made ? shortName(made.device) : this.name || 'NAME',
      member: store.status?.member ?? 'MEMBER',
      ledger: store.status?.ledger.id ?? 'LEDGER_ID',
    });
    const way = all.find(({ id }) => id === this.way) ?? all[0];
    return html`<div class="choice ways" role="tablist" aria-label="Way to send" @keydown=${this.keydown}>
        ${all.map(({ id, title }) => html`<button type="button" role="tab" id="way-${id}" aria-selected=${id === way.id} aria-controls="way-lines" tabindex=${id === way.id ? 0 : -1} @click=${() => (this.way = id)}>${title}</button>`)}
      </div>
      <div id="way-lines" role="tabpanel" aria-labelledby="way-${way.id}">
        <p class="muted">${way.note}${made ? nothing : html` <em>${this.kind === 'token' ? 'TOKEN' : 'CODE'}</em> stands for what step 1 gives you.`}</p>
        ${way.blocks.map(({ text, file }) => html`<ts-copy .text=${text} .file=${file ?? ''}></ts-copy>`)}
      </div>`;
  }

  async make(event) {
    event.preventDefault();
    const { name, key, minutes } = Object.fromEntries(new FormData(event.target));
    const { kind } = this;
    this.busy = true;
    this.problem = '';
    try {
      const made = kind === 'token' ? await postJson('/api/devices', { name }) : await postJson('/api/claims', { name, key, minutes: Number(minutes), page: location.origin });
      this.made = { ...made, kind };
      await this.updateComplete;
      document.getElementById('send-title').scrollIntoView({ block: 'nearest' });
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }

  keydown(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...this.querySelectorAll('[role=tab]')];
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.click();
    next.focus();
  }
}

/** Dark on light whatever the page's colours are, with the quiet zone that scanners need. */
function qrCode({ size, path }, link) {
  const side = size + 2 * QUIET;
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label="QR code of ${link}" shape-rendering="crispEdges">${svg`<rect width=${side} height=${side} fill="#fff"></rect><path transform="translate(${QUIET} ${QUIET})" d=${path} fill="#000"></path>`}</svg>`;
}

customElements.define('ts-connect', Connect);
