// The live page: this member's devices, where they are, and what they measure.
import { LitElement, html } from 'lit';
import './devices.js';
import './map.js';
import './chart.js';
import './readings.js';
import './commands.js';
import './proof-dialog.js';

class Live extends LitElement {
  createRenderRoot() {
    return this;
  }

  render() {
    return html`
      <ts-devices class="panel" id="devices"></ts-devices>
      <ts-map class="panel" id="map"></ts-map>
      <ts-chart class="panel" id="chart"></ts-chart>
      <ts-readings class="panel" id="readings"></ts-readings>
      <ts-commands class="panel" id="commands" tabindex="-1"></ts-commands>
      <ts-proof></ts-proof>
    `;
  }
}

customElements.define('ts-live', Live);
