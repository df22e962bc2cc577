// Who may sign in: oneself with passkeys and sessions, and for administrators the others, invitations and API keys.
import { LitElement, html, nothing } from 'lit';
import { me, may } from './me.js';
import './own-ways.js';
import './others.js';
import './api-keys.js';

class People extends LitElement {
  createRenderRoot() {
    return this;
  }

  render() {
    return html`
      ${me.kind === 'machine' ? this.open() : html`<ts-own-ways></ts-own-ways>`}
      ${may('admin') ? html`<ts-others></ts-others><ts-api-keys></ts-api-keys>` : nothing}
    `;
  }

  /** Nobody has to sign in. */
  open() {
    return html`<section class="panel" aria-labelledby="open-title">
      <div class="head"><h2 id="open-title">Nobody has to sign in</h2></div>
      <p class="hint">This node listens to its own machine only, so whoever uses this machine may do everything. As soon as it listens beyond it, or is told <code>required = true</code> under <code>[people]</code> in <code>thingstead.toml</code>, as it must be behind a proxy, people sign in; the first administrator comes in by a link that the node prints when it starts. Those whom you invite below may sign in then.</p>
    </section>`;
  }
}

customElements.define('ts-people', People);
