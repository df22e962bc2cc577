// How to connect a device of one's own: lines to copy, filled in with a device that one button makes.
import { html, nothing } from 'lit';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { age, shortName, unit, value } from './format.js';
import { ways } from './connect-lines.js';

class Connect extends LiveElement {
  static watches = ['status', 'devices'];
  static properties = { way: { state: true }, made: { state: true }, problem: { state: true }, busy: { state: true }, copied: { state: true } };

  constructor() {
    super();
    this.way = 'mosquitto';
    this.made = null;
    this.problem = '';
    this.busy = false;
    this.copied = '';
    this.suggested = 'my-device-' + Math.random().toString(36).slice(2, 6);
  }

  /** Only what it shows: the ports, and whether the device that was made has spoken. */
  shouldUpdate(changed) {
    if (changed.size > 0) return true;
    const key = [store.status?.httpPort, store.status?.mqttPort, this.made && store.devices.get(this.made.device)?.n].join();
    const news = key !== this.shownKey;
    this.shownKey = key;
    return news;
  }

  render() {
    const all = ways({
      host: location.hostname,
      http: location.origin,
      mqttPort: store.status?.mqttPort ?? 1883,
      token: this.made?.token ?? 'TOKEN',
      name: this.made ? shortName(this.made.device) : this.suggested,
      member: store.status?.member ?? 'MEMBER',
      ledger: store.status?.ledger.id ?? 'LEDGER_ID',
    });
    const way = all.find(({ id }) => id === this.way);
    return html`
      <div class="head"><h2>Connect your own device</h2></div>
      <div class="two">
        <div>
          <p>Anything that speaks MQTT or HTTP can send. The quick way is plain JSON with a token; it is marked <em>attested</em>, because only this member vouches for it. A device with its own key <em>signs</em>, and nobody can put words in its mouth.</p>
          <form @submit=${this.make}>
            <label for="new-name">Name of the new device</label>
            <div class="line"><input id="new-name" name="name" required pattern="[a-z0-9\\-]{1,64}" maxlength="64" autocomplete="off" spellcheck="false" .value=${this.suggested} /><button type="submit" class="button strong" ?disabled=${this.busy}>${this.busy ? 'Making…' : 'Make a device with a token'}</button></div>
            <p class="muted">a to z, 0 to 9 and “-”. It is registered on the ledger.</p>
          </form>
          <div role="status">${this.problem ? html`<p class="warn">${this.problem}</p>` : nothing}${this.made ? this.progress() : nothing}</div>
        </div>
        <div>
          <div class="choice ways" role="tablist" aria-label="Way to connect" @keydown=${this.keydown}>
            ${all.map(({ id, title }) => html`<button type="button" role="tab" id="way-${id}" aria-selected=${id === this.way} aria-controls="way-lines" tabindex=${id === this.way ? 0 : -1} @click=${() => (this.way = id)}>${title}</button>`)}
          </div>
          <div id="way-lines" role="tabpanel" aria-labelledby="way-${this.way}">
            <p class="muted">${way.note}</p>
            ${way.lines.map((text, i) => this.code(text, this.way + i))}
          </div>
        </div>
      </div>
    `;
  }

  code(text, key) {
    return html`<div class="code"><pre tabindex="0">${text}</pre><button type="button" @click=${() => this.copy(text, key)}>${this.copied === key ? '✓ copied' : 'Copy'}</button></div>`;
  }

  progress() {
    const device = store.devices.get(this.made.device);
    const reading = device && [...device.readings.values()][0];
    if (!reading) return html`<p><span class="waiting" aria-hidden="true">◌</span> <strong>${shortName(this.made.device)}</strong> is registered. Its token is in the lines; it is shown only now. Waiting for the first reading…</p>`;
    return html`<p class="good">✓ <strong>${shortName(this.made.device)}</strong> sent ${reading.name} ${value(reading)} ${unit(reading.unit)}, ${age(store.now() - reading.receivedMs)} ago. It is in the log. <button type="button" class="plain" @click=${() => this.look()}>Show it</button></p>`;
  }

  look() {
    store.select(this.made.device);
    document.getElementById('chart').scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  }

  async make(event) {
    event.preventDefault();
    const name = new FormData(event.target).get('name');
    this.busy = true;
    this.problem = '';
    try {
      const answer = await fetch('/api/devices', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name }) });
      const body = await answer.json();
      if (answer.ok) this.made = body;
      else this.problem = body.detail ?? 'The node answered ' + answer.status;
    } catch {
      this.problem = 'The node cannot be reached.';
    }
    this.busy = false;
  }

  async copy(text, key) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // without permission, or over plain HTTP from another machine: the old way, by selection
      const area = Object.assign(document.createElement('textarea'), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    this.copied = key;
    setTimeout(() => this.copied === key && (this.copied = ''), 2000);
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

customElements.define('ts-connect', Connect);
