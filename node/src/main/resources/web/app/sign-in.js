// Coming in: with a passkey, or by a link that is open once. The link's secret stands behind the #, which browsers send
// to nobody.
import { LitElement, html, nothing } from 'lit';
import { postJson } from './ask.js';
import { hindrance, make, prove } from './passkeys.js';

/** Where to go on: a page of this node, and nothing else. */
function next() {
  const to = URL.parse(new URLSearchParams(location.search).get('to') ?? '/', location.origin);
  return to?.origin === location.origin ? to.href : '/';
}

class SignIn extends LitElement {
  static properties = { link: { state: true }, problem: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.secret = location.hash.slice(1);
    this.link = null;
    this.problem = '';
    this.busy = false;
    this.hindrance = hindrance();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', () => location.reload());
    if (this.secret) this.look();
  }

  async look() {
    await this.trying(async () => {
      this.link = await postJson('/api/sign-in/link', { link: this.secret });
    });
  }

  render() {
    return html`<section class="panel" aria-labelledby="door-title">${this.secret ? this.byLink() : this.byPasskey()}</section>`;
  }

  byPasskey() {
    return html`<div class="head"><h2 id="door-title">Sign in</h2></div>
      <div class="door-body">
        ${this.hindrance
          ? html`<p class="warn">${this.hindrance}</p>`
          : html`<p>With the passkey that you made for this node, on this device, your phone or a security key.</p>
              <p><button type="button" class="button strong" ?disabled=${this.busy} @click=${this.signIn}>${this.busy ? 'Waiting for your passkey…' : 'Sign in with a passkey'}</button></p>`}
        ${this.trouble()}
        <details><summary>I have no passkey here</summary>
          <p>An administrator of this node gives you a link; it opens once. Whoever has the node's machine makes one there:</p>
          <pre tabindex="0">./thingstead admin link</pre>
        </details>
      </div>`;
  }

  byLink() {
    const { link } = this;
    if (!link) return html`<div class="head"><h2 id="door-title">Your link</h2></div><div class="door-body">${this.problem ? this.trouble() : html`<p role="status">Looking at it…</p>`}${this.problem ? html`<p><a href="/sign-in">Sign in with a passkey</a> instead.</p>` : nothing}</div>`;
    const { role, name, known, withoutPasskey } = link;
    return html`<div class="head"><h2 id="door-title">Welcome${name ? ', ' + name : ''}</h2></div>
      <form class="door-body" @submit=${this.enter}>
        <p>${known ? html`This link lets you in once more, as <strong>${role}</strong>.` : html`You become <strong>${role}</strong> of this node. The link opens once.`}</p>
        ${name ? nothing : html`<label for="my-name">Your name, as the others see it</label><input id="my-name" name="name" required maxlength="64" autocomplete="name" />`}
        ${this.hindrance
          ? html`<p class="warn">${this.hindrance}</p>${withoutPasskey ? nothing : html`<p>The link stays open until you come back with a passkey.</p>`}`
          : html`<p>A passkey signs you in from now on: your device makes it, asks for your finger, face or PIN, and never gives it away.</p>`}
        <p class="buttons">
          ${this.hindrance ? nothing : html`<button type="submit" class="button strong" value="passkey" ?disabled=${this.busy}>${this.busy ? 'Waiting for your device…' : 'Make a passkey'}</button>`}
          ${withoutPasskey ? html`<button type="submit" class="button" value="without" ?disabled=${this.busy}>Go on without a passkey</button>` : nothing}
        </p>
        ${withoutPasskey ? html`<p class="muted">Without one you are signed in in this browser only, for a week at most; then whoever has the node's machine makes a new link.</p>` : nothing}
        ${this.trouble()}
      </form>`;
  }

  trouble() {
    return this.problem ? html`<p class="bad" role="alert">${this.problem}</p>` : nothing;
  }

  signIn() {
    return this.trying(async () => {
      await postJson('/api/sign-in', await prove(await postJson('/api/sign-in/options')));
      location.replace(next());
    });
  }

  enter(event) {
    event.preventDefault();
    const name = new FormData(event.target).get('name') ?? '';
    const without = event.submitter?.value === 'without';
    return this.trying(async () => {
      const passkey = without ? undefined : await make(named(this.link.passkey, name));
      await postJson('/api/sign-in/enter', { link: this.secret, name, passkey });
      location.replace('/');
    });
  }

  async trying(what) {
    this.busy = true;
    this.problem = '';
    try {
      await what();
    } catch (error) {
      this.problem = error.message;
    }
    this.busy = false;
  }
}

/** What the person's device shows the passkey under. */
const named = (options, name) => (name ? { ...options, user: { ...options.user, name, displayName: name } } : options);

customElements.define('ts-sign-in', SignIn);
