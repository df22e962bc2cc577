// An element that shows a part of the store, in the page's own style sheet.
import { LitElement } from 'lit';
import { store } from './store.js';

export class LiveElement extends LitElement {
  /** What of the store the element shows. */
  static watches = [];
  /** Whether it is drawn again every second, because it shows ages. */
  static ages = false;

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const { watches, ages } = this.constructor;
    this.unsubscribe = store.subscribe((changed) => {
      if (watches.some((name) => changed.has(name))) this.storeChanged(changed);
    });
    if (ages) this.timer = setInterval(() => this.requestUpdate(), 1000);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.unsubscribe();
    clearInterval(this.timer);
  }

  storeChanged() {
    this.requestUpdate();
  }
}
