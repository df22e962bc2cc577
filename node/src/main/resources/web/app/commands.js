// What the chosen device can be told to do, and under it what became of it: each step with whose word it is and where
// the log says so.
import { html, nothing } from 'lit';
import { repeat } from 'lit-html/directives/repeat.js';
import { LiveElement } from './live-element.js';
import { getJson, postJson, putJson } from './ask.js';
import { store } from './store.js';
import { age, clock, count, duration, moment, shortName, trust } from './format.js';
import { stateOf } from './device-state.js';
import { may } from './me.js';

const MOST = 8;
const LIVES = [
  [60, '1 minute'],
  [600, '10 minutes'],
  [86_400, '1 day'],
  [2_592_000, '30 days'],
];
/** Buttons for what a device is known by its readings to do. */
const KNOWN = [
  { reading: 'locked', buttons: [['Lock', 'lock'], ['Unlock', 'unlock']] },
  { reading: 'opening', buttons: [['Open', 'open'], ['Close', 'close']] },
];
const LOOKS = { queued: '◌', delivered: '◐', executed: '✓', failed: '✗', refused: '✗', expired: '✗' };

class Commands extends LiveElement {
  static watches = ['devices', 'selected', 'list', 'commands', 'status'];
  static ages = true;
  static properties = { problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.problem = '';
    this.busy = false;
    this.known = new Map();
    this.shadow = null;
  }

  get device() {
    return store.devices.get(store.selected) ?? null;
  }

  storeChanged(changed) {
    if (this.device && this.device.device !== this.shown) {
      this.shown = this.device.device;
      this.known = new Map();
      this.shadow = null;
      this.problem = '';
      this.load();
    }
    if (changed.has('commands')) this.take(store.commands.get(this.shown)?.values() ?? []);
    super.storeChanged(changed);
  }

  async load() {
    const of = this.shown;
    try {
      const { commands } = await getJson(this.address() + '?limit=' + MOST);
      const shadow = await getJson(`/api/devices/${encodeURIComponent(of)}/shadow`);
      if (of !== this.shown) return;
      this.take(commands);
      this.shadow = shadow;
    } catch (error) {
      this.problem = error.message;
    }
    this.requestUpdate();
  }

  address() {
    return `/api/devices/${encodeURIComponent(this.shown)}/commands`;
  }

  /** A step more is newer: live events and answers may overtake each other. */
  take(commands) {
    for (const command of commands) {
      const before = this.known.get(command.number);
      if (!before || before.steps.length <= command.steps.length) this.known.set(command.number, command);
    }
  }

  render() {
    const device = this.device;
    if (!device) return html`<div class="head"><h2>Commands</h2></div><p class="hint">Choose a device to tell it something.</p>`;
    const newest = [...this.known.values()].sort((a, b) => b.number - a.number).slice(0, MOST);
    const state = stateOf(device, store.now());
    return html`
      <div class="head"><h2>Tell ${shortName(device.device)}</h2></div>
      <div class="two">
        <div>
          ${may('commands') ? this.buttons(device) : html`<p class="muted">Only operators tell devices something.</p>`}
          ${state === 'silent' || state === 'never' ? html`<p class="muted">The device is not heard of now. It gets a command when it comes back, unless that has expired.</p>` : nothing}
          <div role="status">${this.problem ? html`<p class="warn">${this.problem}</p>` : nothing}</div>
          ${this.desired(device)}
          ${may('commands') ? this.form() : nothing}
        </div>
        <div class="told">
          ${newest.length === 0 ? html`<p class="muted">Nothing was asked of it yet. A command is signed by this member and stands in the log before the device gets it; so does what the device answers.</p>` : nothing}
          <ol aria-label="Commands, newest first">
            ${repeat(newest, (command) => command.number, (command, i) => this.command(command, i === 0))}
          </ol>
        </div>
      </div>
    `;
  }

  buttons(device) {
    const found = KNOWN.filter(({ reading }) => device.readings.has(reading));
    if (found.length === 0) return nothing;
    return html`<div class="line presets">${found.flatMap(({ buttons }) => buttons).map(([word, name]) => html`<button type="button" class="button strong" ?disabled=${this.busy} @click=${() => this.issue({ name })}>${word}</button>`)}</div>`;
  }

  /** What is desired, value by value, beside what the device says now. */
  desired(device) {
    const wanted = [...this.known.values()].filter(({ name }) => name === 'desired').sort((a, b) => b.number - a.number)[0]?.params ?? this.shadow?.desired ?? {};
    const names = Object.keys(wanted);
    return html`${names.length === 0 ? nothing : html`<dl class="wanted" aria-label="Desired values">${names.map((name) => {
        const now = device.readings.get(name)?.value;
        const is = now === wanted[name];
        return html`<div><dt>${name}</dt><dd><code>${JSON.stringify(wanted[name])}</code> ${is ? html`<span class="good">✓ it is so</span>` : html`<span class="warn">not so yet${now === undefined ? nothing : html`: <code>${JSON.stringify(now)}</code>`}</span>`}</dd></div>`;
      })}</dl>`}
      ${may('commands') ? this.desireForm() : nothing}`;
  }

  desireForm() {
    return html`<details class="other">
        <summary>Desired values</summary>
        <form @submit=${this.desire}>
          <label>Values <input name="desired" required maxlength="4000" autocomplete="off" spellcheck="false" placeholder=${'{"locked": true}'} /></label>
          <p class="muted">They hold until they are changed; the device gets them now, or when it is back. <code>null</code> takes one back.</p>
          <button type="submit" class="button" ?disabled=${this.busy}>Desire</button>
        </form>
      </details>`;
  }

  async desire(event) {
    event.preventDefault();
    this.busy = true;
    this.problem = '';
    try {
      const answer = parsed(new FormData(event.target).get('desired'));
      this.shadow = await putJson(`/api/devices/${encodeURIComponent(this.shown)}/shadow`, { desired: answer });
      await this.load();
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }

  form() {
    return html`<details class="other">
      <summary>Another command</summary>
      <form @submit=${this.submit}>
        <label>Name <input name="name" required maxlength="64" pattern="[A-Za-z0-9][A-Za-z0-9\\-:.\\/_]*" autocomplete="off" spellcheck="false" /></label>
        <label>Value <input name="value" maxlength="4000" autocomplete="off" spellcheck="false" placeholder="true, 40, &quot;text&quot; or other JSON" /></label>
        <label>Expires after <select name="life">${LIVES.map(([seconds, word]) => html`<option value=${seconds}>${word}</option>`)}</select></label>
        <button type="submit" class="button" ?disabled=${this.busy}>Send</button>
      </form>
    </details>`;
  }

  submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const text = form.get('value').trim();
    this.issue({ name: form.get('name').trim(), expires_s: Number(form.get('life')), ...(text === '' ? {} : { value: parsed(text) }) });
  }

  async issue(command) {
    this.busy = true;
    this.problem = '';
    const of = this.shown;
    try {
      const made = await postJson(this.address(), command);
      if (of === this.shown) this.take([made]);
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }

  command(command, first) {
    const now = store.now();
    const open = command.state === 'queued' || command.state === 'delivered';
    const left = command.expiresMs - now;
    const result = command.steps.findLast(({ result: text }) => text !== undefined)?.result;
    return html`<li class="command ${command.state}">
      <p class="asked"><span class="stands ${command.state}"><span aria-hidden="true">${LOOKS[command.state]}</span> ${command.state}</span> <strong>${command.name}</strong>${command.params === null ? nothing : html` <code>${JSON.stringify(command.params)}</code>`} <span class="muted">no. ${count(command.number)} · ${age(now - command.issuedMs)}${open && left > 0 ? html` · expires in ${duration(left)}` : nothing}</span></p>
      ${result === undefined || result === null ? nothing : html`<p class="result">It reports <code>${JSON.stringify(result)}</code></p>`}
      <details class="receipt" ?open=${first}>
        <summary>Receipt</summary>
        <ol>${command.steps.map((step) => this.step(step, command))}</ol>
      </details>
    </li>`;
  }

  step(step, command) {
    const { short, long } = step.trust === 'member' ? { short: 'signed by this member', long: 'signed with the member’s node key' } : trust(step.trust);
    const final = step.anchored || (step.log === command.steps[0].log && step.index < store.anchored);
    return html`<li title="received ${moment(step.receivedMs)}; ${long}">
      <span>${step.step}</span>
      <span class="muted">${clock(step.receivedMs)} · ${short}${step.n === undefined ? nothing : html` · no. ${count(step.n)}`} · leaf ${count(step.index)} · ${final ? '✓ final' : '◌ accepted'}</span>
    </li>`;
  }
}

/** JSON as it is, and anything else as text. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

customElements.define('ts-commands', Commands);
