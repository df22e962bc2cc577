// Says that what is shown are the demo's devices, and removes them, after it is said what that means.
import { html, nothing } from 'lit';
import { postJson } from './ask.js';
import { showWhile, whenClosed } from './dialogs.js';
import { may } from './me.js';
import { LiveElement } from './live-element.js';
import { store } from './store.js';

class DemoNotice extends LiveElement {
  static watches = ['status'];
  static properties = { asking: { state: true }, busy: { state: true }, refused: { state: true }, gone: { state: true } };

  constructor() {
    super();
    this.asking = false;
    this.busy = false;
    this.refused = '';
    this.gone = false;
  }

  render() {
    if (this.gone) return html`<p class="alarm mild" role="status"><strong>The demo data are removed.</strong> ${may('devices') ? html`<a href="/connect">Connect your first device</a>` : 'Whoever may register devices connects the first one.'}</p>`;
    const demo = store.status?.demo;
    if (!demo) return nothing;
    return html`<div class="alarm mild demo">
        <p>${demo.removing && !this.busy ? html`<strong>The demo’s devices are not removed wholly yet.</strong>` : html`<strong>These are demo devices.</strong> ${demo.running || this.busy ? 'One is this machine, the others are simulated; all sign like real ones.' : 'They do not run now.'}`}</p>
        ${may('admin') ? html`<button type="button" class="button" @click=${() => (this.asking = true)}>Remove demo data</button>` : nothing}
      </div>
      <dialog aria-labelledby="demo-title" @close=${whenClosed(() => (this.asking = false))} @cancel=${(event) => this.busy && event.preventDefault()}>${this.asking ? this.question(demo) : nothing}</dialog>`;
  }

  question({ devices }) {
    return html`<div class="ask">
      <h2 id="demo-title">Remove the demo’s ${devices} devices and their data?</h2>
      <ul class="means">
        <li>They stop, and do not come back when the demo is started on this data folder again.</li>
        <li>What they said is <strong>erased for ever, to its last byte</strong>, and they stand in no list any more.</li>
        <li>Their keys are revoked. The ledger still knows that they were registered, and the log verifies.</li>
        <li>Your own devices and their readings stay as they are.</li>
      </ul>
      <p class="warn" role="alert">${this.refused}</p>
      <p class="buttons">
        <button type="button" class="button" ?disabled=${this.busy} @click=${() => (this.asking = false)}>Cancel</button>
        <button type="button" class="button strong" ?disabled=${this.busy} @click=${this.remove}>${this.busy ? 'Erasing…' : 'Remove them'}</button>
      </p>
    </div>`;
  }

  async remove() {
    this.busy = true;
    this.refused = '';
    try {
      await postJson('/api/demo/remove');
      this.asking = false;
      this.gone = true;
      store.reload();
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
  }

  updated() {
    showWhile(this.querySelector('dialog'), this.asking);
  }
}

customElements.define('ts-demo-notice', DemoNotice);
