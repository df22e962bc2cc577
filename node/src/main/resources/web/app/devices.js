// The list of devices: search, and choose one.
import { html, nothing } from 'lit';
import { repeat } from 'lit-html/directives/repeat.js';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { age, count, shortName, trust, unit, value } from './format.js';
import { mainReading, stateMark, stateOf, stateWord } from './device-state.js';

/** More rows than anybody reads only make the page slow; the search finds the others. */
const MAX_ROWS = 300;

class Devices extends LiveElement {
  static watches = ['devices', 'list', 'selected'];
  static ages = true;
  static properties = { search: { state: true } };

  constructor() {
    super();
    this.search = '';
  }

  render() {
    const all = [...store.devices.values()];
    const wanted = this.search.trim().toLowerCase();
    const found = all.filter((device) => matches(device, wanted)).sort((a, b) => a.device.localeCompare(b.device, 'en', { numeric: true }));
    return html`
      <div class="head">
        <h2>Devices</h2>
        <span class="muted">${wanted ? `${count(found.length)} of ${count(all.length)}` : count(all.length)}</span>
      </div>
      <input type="search" placeholder="Search by name or quantity" aria-label="Search devices" .value=${this.search} @input=${(event) => (this.search = event.target.value)} @keydown=${this.keydown} />
      ${all.length === 0 && store.status ? this.empty() : nothing}
      ${all.length > 0 && found.length === 0 ? html`<p class="hint">No device has “${this.search}” in its name or quantities.</p>` : nothing}
      <ul class="rows" role="listbox" aria-label="Devices" @keydown=${this.keydown}>
        ${repeat(found.slice(0, MAX_ROWS), (device) => device.device, (device, i) => this.row(device, i === 0))}
      </ul>
      ${found.length > MAX_ROWS ? html`<p class="hint">${count(found.length - MAX_ROWS)} more: search for them.</p>` : nothing}
    `;
  }

  empty() {
    return html`<p class="hint">No device is registered yet. <a href="/connect">Connect your own</a>; <code>./thingstead demo</code> shows a fleet of simulated ones, in a data folder of its own.</p>`;
  }

  row(device, first) {
    const now = store.now();
    const state = stateOf(device, now);
    const main = mainReading(device);
    const chosen = device.device === store.selected;
    return html`
      <li class="device ${state}" role="option" aria-selected=${chosen} tabindex=${chosen || (first && !store.devices.has(store.selected)) ? 0 : -1} data-device=${device.device} @click=${() => store.select(device.device)}>
        <span class="mark ${state}" role="img" aria-label=${stateWord(state)} title=${stateWord(state)}>${stateMark(state)}</span>
        <span class="name">${shortName(device.device)}${device.missing ? html`<span class="missing" title="Sequence numbers that the device used and that have not arrived">${count(device.missing)} missing</span>` : nothing}</span>
        <span class="value">${main ? html`${value(main)} <span class="unit">${unit(main.unit)}</span>` : html`<span class="muted">no reading yet</span>`}</span>
        <span class="second"><span class="what">${main ? `${main.name} · ${trust(main.trust).short}` : device.role === 'token' ? 'token' : ''}</span>
        <span class="age">${main ? age(now - device.receivedMs) : ''}</span></span>
      </li>
    `;
  }

  /** Arrow keys go through the list, as in any list to choose from. */
  keydown(event) {
    const rows = [...this.querySelectorAll('.device')];
    const at = rows.findIndex((row) => row.dataset.device === store.selected);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || (event.target.type === 'search' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (!row) return;
    store.select(row.dataset.device);
    row.focus();
  }
}

function matches(device, wanted) {
  return !wanted || device.device.includes(wanted) || [...device.readings.keys()].some((name) => name.toLowerCase().includes(wanted));
}

customElements.define('ts-devices', Devices);
