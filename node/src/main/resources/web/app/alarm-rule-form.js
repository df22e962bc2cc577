// The form in which a rule is written: what to look for, at which devices, for how long, and when it is over.
import { LitElement, html, nothing } from 'lit';
import { getJson, postJson, putJson } from './ask.js';
import { shortName } from './format.js';
import { formOf, KINDS, ruleOf } from './alarm-rule-text.js';
import { showWhile, whenClosed } from './dialogs.js';
import './alarm-trial.js';

class AlarmRuleForm extends LitElement {
  static properties = { editing: { attribute: false }, kind: { state: true }, problem: { state: true }, busy: { state: true }, devices: { state: true }, channels: { state: true } };

  constructor() {
    super();
    this.editing = null;
    this.kind = 'above';
    this.problem = '';
    this.busy = false;
    this.devices = [];
    this.channels = [];
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has('editing') || !this.editing) return;
    this.form = formOf(this.editing.rule);
    this.kind = this.form.kind;
    this.problem = '';
    getJson('/api/devices?limit=1000').then(
      ({ devices }) => (this.devices = devices),
      () => {},
    );
    getJson('/api/alarm-channels').then(
      ({ channels }) => (this.channels = channels),
      () => {},
    );
  }

  render() {
    const { editing } = this;
    return html`<dialog class="wide" aria-labelledby="rule-title" @close=${whenClosed(() => editing && this.finish(''))}>
      ${editing
        ? html`<form class="ask rule-form" @submit=${this.submit}>
            <h2 id="rule-title">${editing.id ? 'Change the rule' : 'New rule'}</h2>
            ${this.names()} ${this.fields()} ${this.times()} ${this.told()}
            <ts-alarm-trial .rule=${this.written}></ts-alarm-trial>
            ${this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : nothing}
            <p class="buttons">
              <button type="button" class="button" @click=${() => this.dialog().close()}>Cancel</button>
              <button type="submit" class="button strong" ?disabled=${this.busy}>${editing.id ? 'Change it' : 'Switch it on'}</button>
            </p>
          </form>`
        : nothing}
    </dialog>`;
  }

  /** The rule as it stands in the form now. */
  written = () => ruleOf(read(this.querySelector('form')), this.editing.rule);

  names() {
    return html`<div class="fields">
      ${this.text('name', 'Name', { required: true, maxlength: 100, placeholder: 'Too warm' })}
      <div class="field"><label for="rule-severity">Matters as</label><select id="rule-severity" name="severity">${['critical', 'warning', 'info'].map((word) => html`<option ?selected=${word === (this.form.severity ?? 'warning')}>${word}</option>`)}</select></div>
      ${this.text('devices', 'Devices', { placeholder: 'all', list: 'known-devices', hint: 'names, or a kind such as box-*; several with commas' })}
      <datalist id="known-devices">${this.devices.map(({ device }) => html`<option value=${shortName(device)}></option>`)}</datalist>
      <div class="field"><label for="rule-kind">Look for</label><select id="rule-kind" name="kind" @change=${(event) => (this.kind = event.target.value)}>${KINDS.map(([kind, word]) => html`<option value=${kind} ?selected=${kind === this.kind}>${word}</option>`)}</select></div>
    </div>`;
  }

  fields() {
    const [, , ...names] = KINDS.find(([kind]) => kind === this.kind);
    return html`<div class="fields">${names.map((name) => this.field(name))}</div>`;
  }

  field(name) {
    const quantity = name === 'quantity' || name === 'quantity?';
    if (quantity) {
      const known = new Set(this.devices.flatMap(({ readings }) => readings.map((reading) => reading.name)));
      return html`${this.text('quantity', 'Quantity', { required: name === 'quantity', list: 'known-quantities', placeholder: name === 'quantity' ? 'temperature' : 'any' })}
        <datalist id="known-quantities">${[...known].sort().map((of) => html`<option value=${of}></option>`)}</datalist>`;
    }
    const how = FIELDS[name];
    return this.text(name, how.label, how);
  }

  times() {
    const sudden = ['peak', 'change', 'silent'].includes(this.kind);
    return html`<div class="fields">
      ${sudden ? nothing : this.text('for', 'Only when it holds for', { placeholder: 'at once', hint: 'such as 90s, 5m, 2h' })}
      ${this.text('clear_after', 'Over when well for', { placeholder: this.kind === 'peak' || this.kind === 'change' ? '1m' : 'at once', hint: 'such as 90s, 5m, 2h' })}
    </div>`;
  }

  /** Channels that are there, and those that the rule names though they are gone. */
  told() {
    const named = this.editing.rule.notify ?? [];
    const all = [...new Set([...this.channels.map(({ name }) => name), ...named])];
    if (all.length === 0) return nothing;
    return html`<fieldset><legend>Who is told</legend>${all.map((name) => html`<label class="check"><input type="checkbox" name="notify" value=${name} ?checked=${named.includes(name)} /> ${name}</label>`)}</fieldset>`;
  }

  text(name, label, { hint, ...how }) {
    const id = 'rule-' + name;
    return html`<div class="field"><label for=${id}>${label}</label><input id=${id} name=${name} autocomplete="off" spellcheck="false" .value=${String(this.form[name] ?? '')} ?required=${how.required} maxlength=${how.maxlength ?? 4000} placeholder=${how.placeholder ?? ''} list=${how.list ?? nothing} inputmode=${how.number ? 'decimal' : nothing} aria-describedby=${hint ? id + '-hint' : nothing} />${hint ? html`<span class="muted" id="${id}-hint">${hint}</span>` : nothing}</div>`;
  }

  dialog() {
    return this.querySelector('dialog');
  }

  async submit(event) {
    event.preventDefault();
    const { id, rule: before } = this.editing;
    this.form = read(event.target);
    this.busy = true;
    this.problem = '';
    try {
      const rule = ruleOf(this.form, before);
      await (id ? putJson('/api/alarm-rules/' + id, rule) : postJson('/api/alarm-rules', rule));
      this.finish(id ? `“${rule.name}” is changed.` : `“${rule.name}” is switched on.`);
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }

  finish(said) {
    this.dispatchEvent(new CustomEvent('done', { detail: said }));
  }

  updated() {
    showWhile(this.dialog(), this.editing);
  }
}

function read(form) {
  const data = new FormData(form);
  return { ...Object.fromEntries(data), notify: data.getAll('notify') };
}

const NUMBER = { number: true, required: true };
const FIELDS = {
  unit: { label: 'Unit', placeholder: 'any', maxlength: 32, hint: 'as the readings have it, such as Cel' },
  above: { label: 'Above', ...NUMBER },
  below: { label: 'Below', ...NUMBER },
  low: { label: 'Lowest good value', ...NUMBER },
  high: { label: 'Highest good value', ...NUMBER },
  clear: { label: 'Over at', number: true, placeholder: 'the limit' },
  clear_low: { label: 'Over from', number: true, placeholder: 'the lowest' },
  clear_high: { label: 'Over up to', number: true, placeholder: 'the highest' },
  is: { label: 'Is', required: true, placeholder: 'true, false or a text' },
  silent: { label: 'Nothing for', required: true, placeholder: '15m' },
  lat: { label: 'Latitude', ...NUMBER },
  lon: { label: 'Longitude', ...NUMBER },
  radius_m: { label: 'Radius in metres', ...NUMBER },
  polygon: { label: 'Corners', required: true, placeholder: '47.1, 8.2; 47.2, 8.3; 47.1, 8.4', hint: 'latitude, longitude; and so on' },
  clear_margin_m: { label: 'Over when so many metres back', number: true, placeholder: '0' },
  peak: { label: 'At least, whatever the sign', ...NUMBER },
  anomaly: { label: 'Times as unusual as usual', ...NUMBER, placeholder: '2.5' },
  change: { label: 'Changes by', ...NUMBER },
  within: { label: 'Within', required: true, placeholder: '10s' },
};

customElements.define('ts-alarm-rule-form', AlarmRuleForm);
