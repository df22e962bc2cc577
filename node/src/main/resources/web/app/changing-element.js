// A page part on which somebody changes something: it says what was done, or why not, and asks the node anew.
import { html, nothing } from 'lit';
import { PageElement } from './page-element.js';
import './copy-lines.js';

export class ChangingElement extends PageElement {
  static properties = { said: { state: true }, refused: { state: true }, busy: { state: true }, made: { state: true } };

  constructor() {
    super();
    this.said = '';
    this.refused = '';
    this.busy = false;
    /** Something that is shown this once. */
    this.made = null;
  }

  async change(what, done) {
    this.busy = true;
    this.said = '';
    this.refused = '';
    this.made = null;
    try {
      await what();
      this.said = done;
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
    await this.load();
  }

  /** Something secret, to be copied now. */
  once(text, says) {
    return html`<div class="once" role="status"><p>${says}</p><ts-copy .text=${text}></ts-copy></div>`;
  }

  outcome() {
    return html`<p class="said good" role="status">${this.said}</p>
      ${this.refused ? html`<p class="said bad" role="alert">${this.refused}</p>` : nothing}`;
  }
}
