// A page that shows what one address of the node answers, asked again from time to time.
import { LitElement, html } from 'lit';
import { getJson } from './ask.js';
import { store } from './store.js';

export class PageElement extends LitElement {
  static properties = { data: { state: true }, problem: { state: true } };
  /** What is asked. */
  static source = null;
  static everyMs = 3000;

  constructor() {
    super();
    this.data = null;
    this.problem = '';
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.load();
    this.timer = setInterval(() => document.hidden || this.load(), this.constructor.everyMs);
    this.forget = store.subscribe((changed) => changed.has('status') && this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.forget();
  }

  async load() {
    try {
      this.data = await getJson(this.constructor.source);
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
  }

  /** What stands there until the first answer, or why there is none. */
  waiting() {
    return html`<section class="panel"><p class="hint" role="status">${this.problem || 'Asking the node…'}</p></section>`;
  }
}
