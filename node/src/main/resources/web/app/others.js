// The people of this node and the links that are open, for administrators.
import { html, nothing } from 'lit';
import { deleteJson, postJson, putJson } from './ask.js';
import { ChangingElement } from './changing-element.js';
import { showWhile, whenClosed } from './dialogs.js';
import { me } from './me.js';
import { ago, age } from './format.js';
import { store } from './store.js';

const ROLES = [
  ['viewer', 'sees everything, changes nothing'],
  ['operator', 'tells devices something, registers them, acknowledges alarms'],
  ['administrator', 'all of that; speaks for the member, and lets people in'],
];

class Others extends ChangingElement {
  static source = '/api/people';
  static everyMs = 10_000;
  static properties = { asking: { state: true } };

  constructor() {
    super();
    this.asking = null;
  }

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      <section class="panel" aria-labelledby="people-title">
        <div class="head"><h2 id="people-title">People</h2></div>
        ${this.outcome()}
        ${this.made ? this.once(this.made.link, `For ${this.made.name}, shown only now. It opens once, within ${age(this.made.expiresMs - store.now())}: send it so that nobody else reads it.`) : nothing}
        ${data.people.length === 0 ? html`<p class="hint">Nobody yet. Invite somebody below.</p>` : nothing}
        <ul>${data.people.map((person) => this.person(person))}</ul>
        ${data.links.length > 0 ? html`<h3 class="sub">Links that are open</h3><ul>${data.links.map((link) => this.link(link))}</ul>` : nothing}
        ${this.form()}
      </section>
      ${this.dialog()}
    `;
  }

  person({ id, name, role, passkeys, sessions, seenMs }) {
    const is = name === me.name;
    return html`<li class="row person">
      <span><strong>${name}</strong>${is ? html` <span class="tag">you</span>` : nothing} <span class="muted">${passkeys === 0 ? 'no passkey' : passkeys === 1 ? 'one passkey' : passkeys + ' passkeys'}, ${sessions === 0 ? 'not signed in' : `signed in, last used ${ago(store.now() - seenMs)}`}</span></span>
      <span class="buttons">
        <label class="hidden" for="role-${id}">Role of ${name}</label>
        <select id="role-${id}" .value=${role} ?disabled=${this.busy} @change=${(event) => this.setRole(id, name, event.target)}>${ROLES.map(([each]) => html`<option value=${each} ?selected=${each === role}>${each}</option>`)}</select>
        <button type="button" class="button" ?disabled=${this.busy} aria-label="New passkey link for ${name}" @click=${() => this.back(id, name)}>Passkey link</button>
        ${sessions > 0 && !is ? html`<button type="button" class="button" ?disabled=${this.busy} aria-label="Sign ${name} out everywhere" @click=${() => this.change(() => deleteJson(`/api/people/${id}/sessions`), `${name} is signed out everywhere.`)}>Sign out</button>` : nothing}
        <button type="button" class="button" ?disabled=${this.busy} aria-label="Remove ${name}" @click=${() => (this.asking = { id, name })}>Remove…</button>
      </span>
    </li>`;
  }

  link({ id, name, role, known, by, expiresMs }) {
    return html`<li class="row">
      <span><strong>${name ?? 'a new administrator'}</strong> <span class="tag">${role}</span> <span class="muted">${known ? 'for another passkey, ' : ''}made by ${by}, open for ${age(expiresMs - store.now())}</span></span>
      <button type="button" class="button" ?disabled=${this.busy} aria-label="Take back the link for ${name ?? 'a new administrator'}" @click=${() => this.change(() => deleteJson('/api/people/invitations/' + id), 'The link is taken back.')}>Take back</button>
    </li>`;
  }

  form() {
    return html`<form class="grant invite" @submit=${this.invite}>
      <label for="invite-name">Invite</label>
      <input id="invite-name" name="name" required maxlength="64" placeholder="Name" autocomplete="off" />
      <label for="invite-role">as</label>
      <select id="invite-role" name="role">${ROLES.map(([role]) => html`<option value=${role}>${role}</option>`)}</select>
      <button type="submit" class="button strong" ?disabled=${this.busy}>Make a link</button>
    </form>
    <dl class="roles">${ROLES.map(([role, says]) => html`<div><dt>${role}</dt><dd class="muted">${says}</dd></div>`)}</dl>`;
  }

  dialog() {
    const { asking } = this;
    return html`<dialog aria-labelledby="remove-title" @close=${whenClosed(() => (this.asking = null))}>
      ${asking ? html`<div class="ask">
        <h2 id="remove-title">Remove ${asking.name}?</h2>
        <p>From now on ${asking.name} is signed in nowhere, and cannot sign in any more. API keys that ${asking.name} made stay in force: revoke them below where they should not.</p>
        <p class="buttons">
          <button type="button" class="button" autofocus @click=${() => this.querySelector('dialog').close()}>Cancel</button>
          <button type="button" class="button strong" ?disabled=${this.busy} @click=${this.remove}>Remove</button>
        </p>
      </div>` : nothing}
    </dialog>`;
  }

  updated() {
    showWhile(this.querySelector('dialog'), this.asking);
  }

  async invite(event) {
    event.preventDefault();
    const form = event.target;
    const { name, role } = Object.fromEntries(new FormData(form));
    await this.change(async () => {
      this.made = { name, ...(await postJson('/api/people/invitations', { name, role })) };
      form.reset();
    }, '');
  }

  back(id, name) {
    return this.change(async () => {
      this.made = { name, ...(await postJson(`/api/people/${id}/link`)) };
    }, '');
  }

  async setRole(id, name, select) {
    const role = select.value;
    await this.change(() => putJson(`/api/people/${id}/role`, { role }), `${name} is ${role} now.`);
    select.value = this.data.people.find((person) => person.id === id)?.role ?? role;
  }

  async remove() {
    const { id, name } = this.asking;
    await this.change(() => deleteJson('/api/people/' + id), `${name} is removed.`);
    this.asking = null;
  }
}

customElements.define('ts-others', Others);
