// Lines to copy, with the button that does it: for a shell, or for a file with this name.
import { LitElement, html, nothing } from 'lit';

class CopyLines extends LitElement {
  static properties = { text: {}, file: {}, copied: { state: true } };

  constructor() {
    super();
    this.text = '';
    this.file = '';
    this.copied = false;
  }

  createRenderRoot() {
    return this;
  }

  render() {
    return html`<div class="code">
      ${this.file ? html`<p class="file">${this.file}</p>` : nothing}<pre tabindex="0">${this.text}</pre>
      <button type="button" aria-label="Copy ${this.file || 'the line'}" @click=${this.copy}>${this.copied ? '✓ copied' : 'Copy'}</button>
    </div>`;
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      // without permission, or over plain HTTP from another machine: the old way, by selection
      const area = Object.assign(document.createElement('textarea'), { value: this.text });
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    this.copied = true;
    setTimeout(() => (this.copied = false), 2000);
  }
}

customElements.define('ts-copy', CopyLines);
