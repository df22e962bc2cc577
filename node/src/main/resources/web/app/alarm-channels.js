// Whom rules tell: the channels that the file of rules declares, whether they work, and a test of each.
import { LitElement, html, nothing } from 'lit';
import { getJson, postJson } from './ask.js';
import { ago, count } from './format.js';
import { store } from './store.js';

const EVERY_MS = 5_000;
const KINDS = { email: 'e-mail', webhook: 'webhook', ntfy: 'ntfy' };

class AlarmChannels extends LitElement {
  static properties = { channels: { state: true }, problem: { state: true }, said: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.channels = null;
    this.problem = '';
    this.said = '';
    this.busy = '';
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
    this.timer = setInterval(() => document.hidden || this.load(), EVERY_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  async load() {
    this.channels = (await getJson('/api/alarm-channels').catch(() => ({ channels: null }))).channels;
  }

  render() {
    const { channels } = this;
    if (!channels) return nothing;
    return html`
      <div class="head"><h2>Who is told</h2><span class="muted">${channels.length === 0 ? 'nobody' : count(channels.length)}</span></div>
      ${channels.length === 0 ? html`<p class="hint">Alarms are shown here and told to nobody. Declare an e-mail address, a webhook or an ntfy topic in the file of rules: <code>[channel.duty]</code>.</p>` : nothing}
      <div role="status" class="said">${this.said ? html`<span class="good">${this.said}</span>` : nothing}</div>
      ${this.problem ? html`<p class="said bad" role="alert">${this.problem}</p>` : nothing}
      <ul class="rules">${channels.map((channel) => this.channel(channel))}</ul>
    `;
  }

  channel({ name, type, to, waiting, sentMs, trouble, troubleMs }) {
    return html`<li class="one" data-channel=${name}>
      <span class="muted">${KINDS[type]}</span>
      <div class="what-for">
        <p><strong>${name}</strong> <span class="muted">${to}</span></p>
        <p class="muted">${sentMs === undefined ? 'nothing sent since the node started' : 'the last one arrived ' + ago(store.now() - sentMs)}${waiting ? ` · ${count(waiting)} ${waiting === 1 ? 'waits' : 'wait'}` : ''}</p>
        ${trouble ? html`<p class="warn">${ago(store.now() - troubleMs)}: ${trouble}. ${waiting ? 'It is tried again by itself.' : ''}</p>` : nothing}
      </div>
      <p class="does"><button type="button" class="button" aria-label="Send a test to ${name}" ?disabled=${this.busy === name} @click=${() => this.test(name)}>${this.busy === name ? 'Sending…' : 'Send a test'}</button></p>
    </li>`;
  }

  async test(name) {
    this.busy = name;
    this.said = '';
    this.problem = '';
    try {
      await postJson(`/api/alarm-channels/${name}/test`);
      this.said = `The test arrived at ${name}.`;
    } catch (error) {
      this.problem = `The test did not arrive at ${name}: ${error.message}.`;
    }
    this.busy = '';
    this.load();
  }
}

customElements.define('ts-alarm-channels', AlarmChannels);
