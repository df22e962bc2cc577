// Keys with which programs ask this node, for administrators.
import { html, nothing } from 'lit';
import { deleteJson, postJson } from './ask.js';
import { ChangingElement } from './changing-element.js';
import { ago } from './format.js';
import { store } from './store.js';

const SAYS = {
  read: 'see readings, devices, commands and the ledger',
  export: 'take readings out in bulk',
  metrics: 'see the node’s figures (/metrics)',
  commands: 'tell devices something',
  devices: 'register devices, and say who reads them',
  alarms: 'acknowledge alarms and set their rules',
  money: 'pay with the member’s money, issue its assets',
  admin: 'speak for the member, let people in, change the node',
};

class ApiKeys extends ChangingElement {
  static source = '/api/api-keys';
  static everyMs = 10_000;

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    return html`<section class="panel" aria-labelledby="keys-title">
      <div class="head"><h2 id="keys-title">API keys</h2></div>
      ${this.outcome()}
      ${this.made ? this.once(this.made.key, `The key for ${this.made.name}, shown only now. The program sends it with each request: Authorization: Bearer KEY`) : nothing}
      ${data.keys.length === 0 ? html`<p class="hint">No program has a key. Make one for each program, with no more scopes than it needs: then one can be taken back without the others.</p>` : nothing}
      <ul>${data.keys.map((key) => this.key(key))}</ul>
      <form class="new-key" @submit=${this.make}>
        <label for="key-name">New key for</label>
        <input id="key-name" name="name" required maxlength="64" placeholder="Program" autocomplete="off" />
        <fieldset><legend>It may</legend>${data.scopes.map((scope) => html`<label class="scope"><input type="checkbox" name="scope" value=${scope} ?checked=${scope === 'read'} /> <span><strong>${scope}</strong> <span class="muted">${SAYS[scope] ?? ''}</span></span></label>`)}</fieldset>
        <button type="submit" class="button strong" ?disabled=${this.busy}>Make a key</button>
      </form>
    </section>`;
  }

  key({ id, name, scopes, by, createdMs, usedMs }) {
    return html`<li class="row">
      <span><strong>${name}</strong> ${scopes.map((scope) => html`<span class="tag">${scope}</span> `)}<span class="muted">made by ${by} ${ago(store.now() - createdMs)}, ${usedMs == null ? 'never used' : 'last used ' + ago(store.now() - usedMs)}</span></span>
      <button type="button" class="button" ?disabled=${this.busy} aria-label="Revoke the key ${name}" @click=${() => this.change(() => deleteJson('/api/api-keys/' + id), `The key ${name} is revoked.`)}>Revoke</button>
    </li>`;
  }

  async make(event) {
    event.preventDefault();
    const form = event.target;
    const data = new FormData(form);
    const name = data.get('name');
    await this.change(async () => {
      this.made = { name, ...(await postJson('/api/api-keys', { name, scopes: data.getAll('scope') })) };
      form.reset();
    }, '');
  }
}

customElements.define('ts-api-keys', ApiKeys);
