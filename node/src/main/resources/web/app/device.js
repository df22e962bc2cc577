// The page of one device.
import { html, nothing } from 'lit';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { shortName } from './format.js';
import './chart.js';
import './readings.js';
import './commands.js';
import './device-facts.js';
import './device-keys.js';
import './proof-dialog.js';

class Device extends LiveElement {
  static watches = ['list', 'selected'];

  render() {
    if (store.unknown)
      return html`<section class="panel"><div class="head"><h2>No such device</h2></div><p class="hint">This member has no device called <em>${shortName(store.only)}</em>. <a href="/devices">All devices</a></p></section>`;
    return html`
      <ts-chart class="panel"></ts-chart>
      <ts-readings class="panel"></ts-readings>
      <ts-device-facts class="panel"></ts-device-facts>
      <ts-device-keys class="panel"></ts-device-keys>
      <ts-commands class="panel"></ts-commands>
      <ts-proof></ts-proof>
    `;
  }
}

customElements.define('ts-device', Device);
