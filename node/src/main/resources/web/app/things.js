// The devices of all members: who else reads this member's, and what the others let this one read.
import { html, nothing } from 'lit';
import { getJson, postJson } from './ask.js';
import { PageElement } from './page-element.js';
import { may } from './me.js';
import { count, moment, shortName, unit, value } from './format.js';

const PAGE = 200;

class Things extends PageElement {
  static everyMs = 10_000;
  static properties = { after: { state: true }, told: { state: true }, said: { state: true }, refused: { state: true }, busy: { state: true } };

  constructor() {
    super();
    this.after = '';
    this.told = new Map();
    this.said = '';
    this.refused = '';
    this.busy = false;
  }

  async load() {
    const { after } = this;
    const answers = await Promise.all([getJson(`/api/things?limit=${PAGE}${after && '&after=' + after}`), getJson('/api/grants?limit=1000'), getJson('/api/consortium')]).catch((error) => error);
    if (after !== this.after) return;
    this.problem = answers instanceof Error ? answers.message : '';
    if (this.problem) return;
    const [{ things, next }, { grants }, { member, members }] = answers;
    this.data = { things, next, grants, member, others: members.filter(({ name, removed }) => name !== member && !removed).map(({ name }) => name) };
  }

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    const own = data.things.filter((thing) => thing['ts:member'] === data.member);
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem}</p>` : nothing}
      ${data.others.length === 0 ? this.alone() : own.length > 0 && may('devices') ? this.granting(own, data.others) : nothing}
      <section class="panel" aria-labelledby="things-title">
        <div class="head"><h2 id="things-title">${data.others.length === 0 ? 'Devices' : 'Devices of all members'}</h2><span class="muted">${this.after ? `after ${this.after}` : count(data.things.length) + (data.next ? ' of more' : '')}</span></div>
        ${data.things.length === 0 ? html`<p class="hint">No device is registered. <a href="/#connect">Connect one of your own</a>.</p>` : nothing}
        <ul>${data.things.map((thing) => this.thing(thing, data))}</ul>
        ${data.next || this.after ? html`<p class="hint buttons">${this.after ? html`<button type="button" class="button" @click=${() => this.turn('')}>From the first</button>` : nothing}${data.next ? html`<button type="button" class="button" @click=${() => this.turn(data.next)}>Further devices</button>` : nothing}</p>` : nothing}
        <p class="hint">Each is a <a href="/api/things">W3C WoT Thing Description</a> for programs, as all of the node’s <a href="/interface">interface</a> is. That a device is there, all members know; what it says, only those whom its member lets read it.</p>
      </section>
    `;
  }

  alone() {
    return html`<section class="panel"><div class="head"><h2>Nobody else to share with</h2></div><p class="hint">When several members share the ledger, each sees here which devices the others have, and lets another one read what its own say; <a href="/consortium">how to found a consortium</a>.</p></section>`;
  }

  granting(own, others) {
    return html`<section class="panel" aria-labelledby="grant-title">
      <div class="head"><h2 id="grant-title">Let another member read a device</h2></div>
      <form class="grant" @submit=${this.grant}>
        <label for="grant-device">Device</label>
        <select id="grant-device" name="device">${own.map(({ title }) => html`<option value=${title}>${shortName(title)}</option>`)}</select>
        <label for="grant-to">to</label>
        <select id="grant-to" name="to">${others.map((name) => html`<option value=${name}>${name}</option>`)}</select>
        <button type="submit" class="button strong" ?disabled=${this.busy}>Let it read</button>
      </form>
      <p class="said good" role="status">${this.said}</p>
      ${this.refused ? html`<p class="said bad" role="alert">${this.refused}</p>` : nothing}
      <p class="hint">From now on, and until it is taken back: that member then reads the device through its own node, and keeps a checked copy of what it says.</p>
    </section>`;
  }

  thing(thing, { member, grants }) {
    const { title } = thing;
    const home = thing['ts:member'];
    return html`<li class="thing" data-device=${title}>
      <div><strong><a href="/ledger#subject/device/${title}" title="What the ledger tells of ${title}">${shortName(title)}</a></strong> <span class="muted">${home}</span>${home === member ? html` <span class="tag">this node</span>` : nothing}</div>
      ${home === member ? this.own(thing, grants.filter(({ device }) => device === title)) : thing['ts:granted'] ? this.granted(title, thing['ts:granted']) : html`<div class="muted">not granted: ${home} decides who reads it</div>`}
    </li>`;
  }

  own({ title, properties, 'ts:role': role }, grants) {
    const said = Object.keys(properties).join(', ') || (role === 'gateway' ? 'a gateway: it signs for devices that cannot' : 'said nothing yet');
    return html`<div class="muted">${said}</div>
      ${grants.map(({ to, toMs }) => html`<div class="reader"><span>read by <strong>${to}</strong>${toMs == null ? nothing : html` <span class="muted">until ${moment(toMs)}</span>`}</span> ${may('devices') ? html`<button type="button" class="button" aria-label="Take back what ${to} may read of ${shortName(title)}" ?disabled=${this.busy} @click=${() => this.revoke(title, to)}>Take back</button>` : nothing}</div>`)}`;
  }

  granted(title, { toMs }) {
    const told = this.told.get(title);
    return html`<div class="reader"><span class="good"><span aria-hidden="true">✓</span> granted to this member${toMs == null ? '' : ' until ' + moment(toMs)}</span> <button type="button" class="button" aria-label="Read ${title} now" @click=${() => this.read(title)}>Read now</button></div>
      ${told ? html`<div role="status" class=${told.problem ? 'warn' : ''}>${told.problem ?? told.quantities.map((quantity, i) => html`${i ? ' · ' : ''}${quantity.name} <strong>${value(quantity)} ${unit(quantity.unit)}</strong>`)}</div>` : nothing}`;
  }

  turn(after) {
    this.after = after;
    this.load();
  }

  async grant(event) {
    event.preventDefault();
    const { device, to } = Object.fromEntries(new FormData(event.target));
    await this.change('/api/grants', { device, to }, `${to} may read ${shortName(device)} now.`);
  }

  revoke(device, to) {
    return this.change('/api/grants/revoke', { device, to }, `${to} may not read ${shortName(device)} any more.`);
  }

  async change(path, body, done) {
    this.busy = true;
    this.said = '';
    this.refused = '';
    try {
      await postJson(path, body);
      this.said = done;
    } catch (error) {
      this.refused = error.message;
    }
    this.busy = false;
    this.load();
  }

  /** What the home member says of its device this moment. */
  async read(title) {
    const at = '/api/things/' + title;
    const told = await Promise.all([getJson(at), getJson(at + '/properties')]).then(
      ([{ properties }, values]) => ({ quantities: Object.entries(values).map(([name, value]) => ({ name, value, unit: properties[name]?.unit })) }),
      (error) => ({ problem: error.message }),
    );
    this.told = new Map(this.told).set(title, told);
  }
}

customElements.define('ts-things', Things);
