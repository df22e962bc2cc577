// The rules that raise alarms: those of the file beside those made here, which can be changed, switched off, deleted, and
// brought back.
import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit-html/directives/repeat.js';
import { deleteJson, getJson, postJson, putJson } from './ask.js';
import { may } from './me.js';
import { count } from './format.js';
import { severityMark } from './alarm-words.js';
import { showWhile, whenClosed } from './dialogs.js';
import './alarm-rule-form.js';
import './alarm-trial.js';

const EVERY_MS = 5_000;

class AlarmRules extends LitElement {
  static properties = { data: { state: true }, problem: { state: true }, said: { state: true }, undo: { state: true }, editing: { state: true }, trying: { state: true } };

  constructor() {
    super();
    this.data = null;
    this.problem = '';
    this.said = '';
    this.undo = null;
    this.editing = null;
    this.trying = null;
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
    try {
      this.data = await getJson('/api/alarm-rules');
    } catch (error) {
      this.problem = error.message;
    }
  }

  render() {
    const { data } = this;
    return html`
      <div class="head"><h2>Rules</h2><span class="muted">${data ? count(data.rules.length) : ''}</span>${may('alarms') ? html`<button type="button" class="button strong" @click=${() => (this.editing = { rule: {} })}>New rule…</button>` : nothing}</div>
      ${data?.file.problem ? html`<p class="alarm inside" role="alert"><strong>The file of rules is not followed as it stands.</strong> ${data.file.path}: ${data.file.problem}. Its rules stay as they were.</p>` : nothing}
      <div role="status" class="said">${this.said ? html`<span class="good">${this.said}</span> ${this.undo && may('alarms') ? html`<button type="button" class="button" @click=${() => this.restore(this.undo)}>Undo</button>` : nothing}` : nothing}</div>
      ${this.problem ? html`<p class="said bad" role="alert">${this.problem}</p>` : nothing}
      ${data && data.rules.length === 0 ? html`<p class="hint">No rule yet, so nothing raises an alarm. ${may('alarms') ? html`Make one here, or write it in <code>${data.file.path}</code>, which is followed while the node runs.` : 'Operators of this node make them.'}</p>` : nothing}
      <ul class="rules">${repeat(data?.rules ?? [], ({ id }) => id, (rule) => this.rule(rule))}</ul>
      ${data?.deleted.length ? html`<details class="deleted"><summary>${count(data.deleted.length)} deleted</summary><ul>${data.deleted.map(({ id, name, words }) => html`<li><strong>${name}</strong> <span class="muted">${words}</span> ${may('alarms') ? html`<button type="button" class="button" aria-label="Bring back the rule ${name}" @click=${() => this.restore(id)}>Bring back</button>` : nothing}</li>`)}</ul></details>` : nothing}
      <ts-alarm-rule-form .editing=${this.editing} @done=${this.done}></ts-alarm-rule-form>
      <dialog class="try" aria-labelledby="try-title" @close=${whenClosed(() => (this.trying = null))}>
        ${this.trying
          ? html`<div class="ask">
              <h2 id="try-title">Try “${this.trying.name}”</h2>
              <p class="muted">${this.trying.words}. Nothing is switched on by this, and nobody is told.</p>
              <ts-alarm-trial .rule=${this.trying.rule}></ts-alarm-trial>
              <p class="buttons"><button type="button" class="button" @click=${() => this.querySelector('dialog.try').close()}>Close</button></p>
            </div>`
          : nothing}
      </dialog>
    `;
  }

  rule(known) {
    const { id, name, severity, on, words, origin, devices, otherUnit, rule } = known;
    const here = origin === 'page';
    return html`<li class="one ${on ? '' : 'off'}" data-rule=${id}>
      ${severityMark(severity)}
      <div class="what-for">
        <p><strong>${name}</strong> <span class="tag">${here ? 'made here' : 'from the file'}</span>${on ? nothing : html` <span class="tag">switched off</span>`}</p>
        <p class="muted">${words}</p>
        <p class="muted">${rule.devices ? [rule.devices].flat().join(', ') : 'all devices'}${on ? ` · watches ${count(devices)} ${devices === 1 ? 'device' : 'devices'}` : ''}${rule.notify?.length ? ` · tells ${rule.notify.join(', ')}` : ''}</p>
        ${otherUnit ? html`<p class="warn">At ${count(otherUnit)} of them ${rule.quantity} comes in another unit than ${rule.unit}: it is not judged.</p>` : nothing}
      </div>
      <p class="does">
        ${may('alarms') ? html`<button type="button" class="button" aria-label="Try the rule ${name} on past readings" @click=${() => (this.trying = known)}>Try…</button>` : nothing}
        ${here && may('alarms')
          ? html`<button type="button" class="button" aria-pressed=${on} aria-label="Rule ${name} is on" @click=${() => this.change(id, { ...rule, on: !on }, `“${name}” is switched ${on ? 'off' : 'on'}.`)}>${on ? 'On' : 'Off'}</button>
              <button type="button" class="button" aria-label="Change the rule ${name}" @click=${() => (this.editing = { id, rule })}>Change…</button>
              <button type="button" class="button" aria-label="Delete the rule ${name}" @click=${() => this.delete(id, name)}>Delete</button>`
          : nothing}
      </p>
    </li>`;
  }

  change(id, rule, said) {
    return this.act(() => putJson('/api/alarm-rules/' + id, rule), said);
  }

  delete(id, name) {
    return this.act(() => deleteJson('/api/alarm-rules/' + id), `“${name}” is deleted.`, id);
  }

  restore(id) {
    return this.act(() => postJson(`/api/alarm-rules/${id}/restore`), 'It is back.');
  }

  async act(ask, said, undo = null) {
    this.problem = '';
    this.said = '';
    this.undo = null;
    try {
      await ask();
      this.said = said;
      this.undo = undo;
    } catch (error) {
      this.problem = error.message;
    }
    this.load();
  }

  updated() {
    showWhile(this.querySelector('dialog.try'), this.trying);
  }

  done(event) {
    this.editing = null;
    if (event.detail) {
      this.problem = '';
      this.undo = null;
      this.said = event.detail;
    }
    this.load();
  }
}

customElements.define('ts-alarm-rules', AlarmRules);
