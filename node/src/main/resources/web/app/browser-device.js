// "Use this browser as a device": its key, what it measures, and what became of what it sent.
import { LitElement, html, nothing } from 'lit';
import { hex } from '/proof/bytes.js';
import { postJson } from './ask.js';
import { store } from './store.js';
import { count, shortName, unit } from './format.js';
import { BrowserDevice } from './device/device.js';
import { look } from './device/claim.js';
import { algorithmName, givesKeys } from './device/key.js';
import { motion, position } from './device/sources.js';
import { proofs } from './proofs.js';
import { readingBadge } from './reading-badge.js';

const SLIDER_EVERY_MS = 250;
/** Nothing new is a value, too: it is said again. */
const AGAIN_MS = 10_000;
const SOURCES = [
  { id: 'motion', title: 'Motion', note: 'acceleration on three axes, once a second', begin: motion },
  { id: 'position', title: 'Position', note: 'where this device is, as often as it moves', begin: position },
];

class BrowserDevicePanel extends LitElement {
  static properties = {
    code: {},
    device: { state: true },
    offered: { state: true },
    running: { state: true },
    slider: { state: true },
    problems: { state: true },
    problem: { state: true },
    busy: { state: true },
    forgetting: { state: true },
  };

  constructor() {
    super();
    this.code = '';
    this.device = null;
    this.offered = null;
    this.running = false;
    this.slider = 50;
    this.problems = {};
    this.problem = '';
    this.busy = false;
    this.forgetting = false;
    this.stops = new Map();
    this.name = 'browser-' + Math.random().toString(36).slice(2, 6);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.forgetProofs = proofs.subscribe(() => this.requestUpdate());
    // what was acknowledged becomes final
    this.unsubscribe = store.subscribe((changed) => changed.has('readings') && this.requestUpdate());
    if (givesKeys()) this.open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.forgetProofs();
    this.unsubscribe();
    this.stop();
  }

  async open() {
    try {
      this.device = await BrowserDevice.open();
      this.device.addEventListener('change', () => this.requestUpdate());
      await this.ask();
    } catch (error) {
      this.problem = error.message;
    }
  }

  async ask() {
    if (this.code && !this.device.self) this.offered = await look(this.code);
  }

  render() {
    return html`<div class="head"><h2>Use this browser as a device</h2></div>
      <div class="inner">${this.content()}<p class="warn" role="alert">${this.problem}</p></div>`;
  }

  content() {
    if (!givesKeys()) return html`<p>A browser keeps a key for a page only over HTTPS, or on the machine itself (localhost). This page came another way, so this browser cannot sign here. Open it over HTTPS; or connect another kind of device.</p>`;
    if (!this.device) return html`<p class="muted">${this.problem ? nothing : 'Looking for a key in this browser…'}</p>`;
    return this.device.self ? this.own(this.device) : this.code ? this.offer() : this.form();
  }

  /** Somebody came with a code. */
  offer() {
    const { offered } = this;
    if (!offered) return html`<p class="muted">${this.problem ? html`<a href="/connect">Connect another device</a>` : 'Asking what the code is for…'}</p>`;
    if (offered.claimedBy) return html`<p class="warn">${offered.device} was claimed already, with another key.</p>`;
    return html`<p>This browser can become <strong>${offered.device}</strong>. It makes a key, which never leaves it, and signs with it what it measures.</p>
      <p class="buttons"><button type="button" class="button strong" ?disabled=${this.busy} @click=${() => this.become(() => this.code)}>${this.busy ? 'Claiming…' : `Become ${shortName(offered.device)}`}</button></p>`;
  }

  form() {
    return html`<p>It makes a key, which never leaves it, claims a name, and signs a slider’s value; and motion and position, where it has them and you allow it.</p>
      <form class="asked" @submit=${this.submit}>
        <label for="browser-name">Name of this browser</label>
        <input id="browser-name" name="name" required pattern="[a-z0-9\\-]{1,64}" maxlength="64" autocomplete="off" autocapitalize="off" spellcheck="false" .value=${this.name} />
        <p class="buttons"><button type="submit" class="button" ?disabled=${this.busy}>${this.busy ? 'Making a key…' : 'Make a key and begin'}</button></p>
      </form>`;
  }

  own(device) {
    const { self, waiting, isMine, newest, trouble } = device;
    const { device: id, key, last, acknowledged, refused } = self;
    return html`<p><strong>${id}</strong> <span class="tag">${algorithmName(key.alg)}</span> <span class="muted">key <code class="print">${hex(key.thumbprint).slice(0, 16)}…</code></span></p>
      ${isMine ? this.controls() : html`<p class="warn">Another tab or window of this browser is signing. This one takes over when that one is closed.</p>`}
      <dl class="figures sent">
        ${figure('Signed', last, 'numbers, kept here before they are sent')}
        ${figure('Acknowledged', acknowledged, 'in the node’s log, on disk')}
        ${figure('Waiting', waiting, waiting ? 'sent when the node takes them' : 'nothing')}
        ${refused ? figure('Refused', refused, 'set aside here') : nothing}
      </dl>
      ${trouble ? html`<p class="warn">${trouble}</p>` : nothing}
      ${newest ? newestReadings(id, newest) : nothing}
      ${this.forgetting
        ? html`<p class="warn">The key is then gone for good, and with it ${waiting ? `${count(waiting)} frames that wait, and ` : ''}the name: ${id} stays on the ledger and says nothing any more.</p>
            <p class="buttons"><button type="button" class="button strong" @click=${this.forget}>Forget the key</button> <button type="button" class="button" @click=${() => (this.forgetting = false)}>Keep it</button></p>`
        : html`<p class="buttons"><a href="/">See it on the live page</a> <button type="button" class="plain muted" @click=${() => (this.forgetting = true)}>Be no device any more…</button></p>`}`;
  }

  controls() {
    const { running } = this;
    return html`<div class="measures">
      <label for="slider">Slider</label>
      <input id="slider" type="range" min="0" max="100" .value=${String(this.slider)} ?disabled=${!running} @input=${(event) => this.slide(Number(event.target.value))} />
      <output for="slider">${this.slider} %</output>
      ${SOURCES.map(({ id, title, note }) => html`<label class="sensor"><input type="checkbox" name=${id} ?disabled=${!running} .checked=${this.stops.has(id)} @change=${(event) => this.toggle(id, event.target.checked)} /> <span>${title} <span class="muted">${note}</span>${this.problems[id] ? html`<br /><span class="warn" role="alert">${this.problems[id]}</span>` : nothing}</span></label>`)}
      <p class="buttons"><button type="button" class="button ${running ? '' : 'strong'}" @click=${() => (running ? this.stop() : this.start())}>${running ? 'Stop' : 'Start measuring'}</button></p>
    </div>`;
  }

  start() {
    this.running = true;
    this.say();
    this.again = setInterval(() => this.say(), AGAIN_MS);
    // a sleeping screen measures nothing
    navigator.wakeLock?.request('screen').then((lock) => (this.running ? (this.awake = lock) : lock.release()), () => {});
  }

  stop() {
    this.running = false;
    clearInterval(this.again);
    this.stops.forEach((stop) => stop());
    this.stops.clear();
    this.problems = {};
    this.awake?.release();
    this.awake = null;
  }

  /** A value on its way is said a few times a second, and where it comes to rest. */
  slide(value) {
    this.slider = value;
    this.sliding ??= setTimeout(() => {
      this.sliding = null;
      this.say();
    }, SLIDER_EVERY_MS);
  }

  say() {
    if (this.running) this.measure([{ name: 'slider', unit: '%', value: this.slider, timeMs: Date.now() }]);
  }

  measure(readings) {
    this.device.measure(readings).catch((error) => (this.problem = error.message));
  }

  toggle(id, on) {
    this.stops.get(id)?.();
    this.stops.delete(id);
    this.problems = { ...this.problems, [id]: '' };
    if (on) {
      const fail = (why) => {
        this.problems = { ...this.problems, [id]: why };
      };
      this.stops.set(id, SOURCES.find((source) => source.id === id).begin((readings) => this.measure(readings), fail));
    }
    this.requestUpdate();
  }

  submit(event) {
    event.preventDefault();
    const name = new FormData(event.target).get('name');
    this.become(async () => (await postJson('/api/claims', { name })).code);
  }

  async become(findCode) {
    this.busy = true;
    this.problem = '';
    try {
      await this.device.claim(await findCode());
      this.start();
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }

  async forget() {
    this.stop();
    await this.device.forget();
    this.forgetting = false;
    await this.ask().catch((error) => (this.problem = error.message));
  }
}

function newestReadings(device, { receipt, readings }) {
  const { n, index, receivedMs, trust } = receipt;
  return html`<ul class="newest" aria-label="Newest that was acknowledged">
    ${readings.map(({ name, unit: measured, value, timeMs }) => html`<li class="reading">
      <span class="name">${name}</span>
      <span class="value">${value} <span class="unit">${unit(measured)}</span></span>
      <span class="facts">no. ${n}, leaf ${index}</span>
      ${readingBadge({ device, name, unit: measured, value, timeMs, n, index, receivedMs, trust })}
    </li>`)}
  </ul>`;
}

const figure = (name, value, note) => html`<div><dt>${name}</dt><dd><span class="value">${count(value)}</span><span class="note">${note}</span></dd></div>`;

customElements.define('ts-browser-device', BrowserDevicePanel);
