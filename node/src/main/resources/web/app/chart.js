// The chosen device: its newest values with all that a person needs to judge them, and one quantity over time.
import { html, nothing } from 'lit';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { age, clock, count, shortName, trust, unit, value } from './format.js';
import { quantities, stateMark, stateOf, stateWord } from './device-state.js';
import { Plot } from './plot.js';
import { History } from './history.js';
import './unusual.js';

const SPANS = [
  ['5 min', 300_000],
  ['1 h', 3_600_000],
  ['24 h', 86_400_000],
  ['7 d', 7 * 86_400_000],
  ['30 d', 30 * 86_400_000],
  ['1 y', 365 * 86_400_000],
];

class DeviceChart extends LiveElement {
  static watches = ['devices', 'selected', 'list'];
  static ages = true;
  static properties = { name: { state: true }, span: { state: true }, loading: { state: true } };

  constructor() {
    super();
    this.name = null;
    this.span = SPANS[0][1];
    this.loading = false;
    this.plot = new Plot();
  }

  get device() {
    return store.devices.get(store.selected) ?? null;
  }

  storeChanged(changed) {
    const device = this.device;
    if (!device) return super.storeChanged(changed);
    if (device.device !== this.shown) {
      this.shown = device.device;
      this.name = quantities(device)[0]?.name ?? null;
      this.load();
    } else if (this.name === null && device.readings.size > 0) {
      this.name = quantities(device)[0].name;
      this.load();
    } else {
      const reading = device.readings.get(this.name);
      if (reading) this.history?.add(reading);
    }
    super.storeChanged(changed);
  }

  choose(name) {
    this.name = name;
    this.load();
  }

  reach(span) {
    this.span = span;
    this.load();
  }

  async load() {
    if (!this.device || !this.name) {
      this.history = null;
      return;
    }
    const history = (this.history = new History(this.device.device, this.name, this.span));
    this.loading = true;
    await history.load(store.now());
    if (history !== this.history) return;
    const newest = this.device.readings.get(this.name);
    if (newest) history.add(newest);
    this.loading = false;
  }

  render() {
    const device = this.device;
    if (!device)
      return html`<div class="head"><h2>Chart</h2></div><p class="hint">${store.devices.size > 0 ? 'Choose a device in the list or on the map.' : 'Here the values of a device are drawn as they come.'}</p>`;
    const now = store.now();
    const state = stateOf(device, now);
    const all = quantities(device);
    return html`
      <div class="head">
        <h2>${shortName(device.device)}</h2>
        <span class="state ${state}"><span class="mark ${state}" aria-hidden="true">${stateMark(state)}</span> ${stateWord(state)}</span>
        <span class="choice" role="group" aria-label="Time shown">
          ${SPANS.map(([word, span]) => html`<button type="button" aria-pressed=${span === this.span} @click=${() => this.reach(span)}>${word}</button>`)}
        </span>
      </div>
      ${all.length === 0 ? html`<p class="hint">This device is registered and has sent nothing yet.</p>` : nothing}
      <div class="quantities" role="group" aria-label="Quantity">
        ${all.map((reading) => this.quantity(reading, now))}
      </div>
      <div class="plot ${this.loading ? 'loading' : ''}" role="img" aria-label=${this.summary()}></div>
      <ts-unusual .device=${device.device} .name=${this.name} .span=${this.span}></ts-unusual>
      ${this.facts(device, now)}
    `;
  }

  quantity(reading, now) {
    const stale = now - reading.receivedMs > 60_000 && stateOf(this.device, now) !== 'live';
    return html`<button type="button" class="quantity ${stale ? 'stale' : ''}" aria-pressed=${reading.name === this.name} @click=${() => this.choose(reading.name)}>
      <span class="what">${reading.name}</span><span class="value">${value(reading)} <span class="unit">${unit(reading.unit)}</span></span>
    </button>`;
  }

  facts(device, now) {
    const reading = device.readings.get(this.name);
    if (!reading) return nothing;
    const { short, long } = trust(reading.trust);
    const final = reading.index < store.anchored;
    return html`<dl class="facts">
      <div><dt>Age</dt><dd title="measured ${clock(reading.timeMs)}">${age(now - reading.receivedMs)}</dd></div>
      <div><dt>Trust</dt><dd title=${long}>${short}</dd></div>
      <div><dt>State</dt><dd>${final ? '✓ final' : '◌ accepted'}</dd></div>
      <div><dt>Number</dt><dd>${count(reading.n)}</dd></div>
      <div><dt>Leaf</dt><dd>${count(reading.index)}</dd></div>
      <div><dt>Per minute</dt><dd>${count(device.lastMinute ?? 0)}</dd></div>
      <div><dt>Missing</dt><dd class=${device.missing ? 'warn' : ''} title="Sequence numbers that the device used and that have not arrived">${device.missing ? count(device.missing) : 'none'}</dd></div>
    </dl>`;
  }

  summary() {
    const points = this.history?.summary();
    return points ? `${this.name}: ${points}` : `${this.name ?? 'nothing'}: no values in this time`;
  }

  updated() {
    const place = this.querySelector('.plot');
    if (!place || !this.history) return;
    const reading = this.device?.readings.get(this.name);
    this.plot.show(place, this.history, { unit: unit(reading?.unit), flag: typeof reading?.value === 'boolean', text: typeof reading?.value === 'string' }, store.now());
  }
}

customElements.define('ts-chart', DeviceChart);
