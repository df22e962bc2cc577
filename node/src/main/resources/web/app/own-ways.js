// One's own passkeys and sessions.
import { html, nothing } from 'lit';
import { deleteJson, postJson } from './ask.js';
import { ChangingElement } from './changing-element.js';
import { me } from './me.js';
import { ago } from './format.js';
import { store } from './store.js';
import { hindrance, make } from './passkeys.js';
import { browser } from './browser-name.js';

class OwnWays extends ChangingElement {
  static source = '/api/me/ways';
  static everyMs = 15_000;

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    const why = hindrance();
    return html`<section class="panel" aria-labelledby="own-title">
      <div class="head"><h2 id="own-title">${me.name}</h2><span class="tag">${me.role}</span></div>
      ${this.outcome()}
      <div class="pair even">
        <div>
          <h3 class="sub">Passkeys</h3>
          ${data.passkeys.length === 0 ? html`<p class="hint">None yet: you came in by a link alone, and when this session ends you need a new one. Make a passkey to sign in with.</p>` : nothing}
          <ul>${data.passkeys.map((passkey) => this.passkey(passkey, data.passkeys.length === 1))}</ul>
          <p class="hint buttons">${why ? html`<span class="muted">${why}</span>` : html`<button type="button" class="button ${data.passkeys.length === 0 ? 'strong' : ''}" ?disabled=${this.busy} @click=${this.add}>Make ${data.passkeys.length === 0 ? 'a' : 'another'} passkey</button>`}</p>
        </div>
        <div>
          <h3 class="sub">Signed in</h3>
          <ul>${data.sessions.map((session) => this.session(session))}</ul>
        </div>
      </div>
    </section>`;
  }

  passkey({ id, rpId, copied, createdMs, usedMs }, only) {
    return html`<li class="row">
      <span><strong>for ${rpId}</strong> <span class="muted">made ${ago(store.now() - createdMs)}, ${usedMs == null ? 'not used since' : 'used ' + ago(store.now() - usedMs)}${copied ? '; kept with your account, so on your other devices too' : '; on one device only'}</span></span>
      ${only ? nothing : html`<button type="button" class="button" ?disabled=${this.busy} @click=${() => this.change(() => deleteJson('/api/me/passkeys/' + id), 'The passkey is removed. Delete it on your device, too.')}>Remove</button>`}
    </li>`;
  }

  session({ id, agent, createdMs, seenMs, current }) {
    return html`<li class="row">
      <span><strong>${browser(agent)}</strong>${current ? html` <span class="tag">this one</span>` : nothing} <span class="muted">since ${ago(store.now() - createdMs)}, used ${ago(store.now() - seenMs)}</span></span>
      ${current ? nothing : html`<button type="button" class="button" ?disabled=${this.busy} @click=${() => this.change(() => deleteJson('/api/me/sessions/' + id), 'That session is ended.')}>Sign out</button>`}
    </li>`;
  }

  add() {
    return this.change(async () => postJson('/api/me/passkeys', await make(await postJson('/api/me/passkeys/options'))), 'You can sign in with the new passkey.');
  }
}

customElements.define('ts-own-ways', OwnWays);
