// The fleet at a glance: how many devices stand how, where they are, and which have been silent longest.
import { html, nothing } from 'lit';
import { PageElement } from './page-element.js';
import { store } from './store.js';
import { count } from './format.js';
import { cards } from './device-rows.js';
import { deviceOf } from './device-json.js';
import { stateMark, stateWord } from './device-state.js';
import './fleet-map.js';

const STATES = ['live', 'late', 'silent', 'never'];

class Fleet extends PageElement {
  static source = '/api/devices?limit=8&sort=heard&state=late,silent';

  async load() {
    await super.load();
    if (this.data) store.clock(this.data.nowMs);
  }

  render() {
    if (!this.data) return this.waiting();
    const { total, counts, devices, found } = this.data;
    return html`
      <section class="panel" aria-labelledby="fleet-title">
        <div class="head"><h2 id="fleet-title">Fleet</h2><span class="muted">${count(total)} ${total === 1 ? 'device' : 'devices'}</span></div>
        ${this.problem ? html`<p class="hint warn" role="alert">${this.problem}</p>` : nothing}
        ${total === 0 ? html`<p class="hint">No device is registered yet. <a href="/connect">Connect your own</a>; <code>./thingstead demo</code> shows a fleet of simulated ones, in a data folder of its own.</p>` : this.standing(counts)}
      </section>
      <ts-fleet-map class="panel"></ts-fleet-map>
      <section class="panel quiet" aria-labelledby="quiet-title">
        <div class="head"><h2 id="quiet-title">Silent longest</h2>${found > devices.length ? html`<a href="/devices?state=late,silent&sort=heard">all ${count(found)}</a>` : nothing}</div>
        ${devices.length === 0 ? html`<p class="hint">Every device that was ever heard is heard as often as usual.</p>` : cards({ devices: devices.map((device) => deviceOf(device)), query: {}, now: store.now() })}
      </section>`;
  }

  standing({ state, missing }) {
    return html`<ul class="standing">
      ${STATES.map((each) => html`<li><a href="/devices?state=${each}"><span class="number">${count(state[each])}</span> <span><span class="mark ${each}" aria-hidden="true">${stateMark(each)}</span> ${stateWord(each)}</span></a></li>`)}
      <li><a href="/devices?missing=true"><span class="number">${count(missing)}</span> <span>heard with gaps</span></a></li>
    </ul>`;
  }
}

customElements.define('ts-fleet', Fleet);
