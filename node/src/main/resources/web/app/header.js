// The head of every page: whose node this is, the way to the other pages, whether it is live, and what is wrong. On the
// live page also the figures that say how it is doing.
import { html, nothing } from 'lit';
import { LiveElement } from './live-element.js';
import { store } from './store.js';
import { warnings } from './warnings.js';
import { bytes, count, duration, rate } from './format.js';
import { stateOf } from './device-state.js';
import { PAGES, page } from './navigation.js';
import { me, may } from './me.js';
import { postJson } from './ask.js';
import './demo-notice.js';

const CONNECTION = {
  connecting: ['◌', 'connecting'],
  live: ['●', 'live'],
  lost: ['○', 'connection lost, trying again'],
};

const groupOf = ({ group }) => group ?? 'Node';
const GROUPS = [...new Set(PAGES.filter(({ isTool }) => !isTool).map(groupOf))];

/** How many members there are, and how many of them may fail or lie now. */
function members({ members: all, away, mayStillFail }) {
  if (all === 1) return 'one member';
  return (away.length > 0 ? `${away.length} of ${all} away, ` : all + ' members, ') + (mayStillFail || 'none') + ' may fail';
}

class Header extends LiveElement {
  static watches = ['status', 'connection', 'list'];
  static ages = true;
  static properties = { open: { state: true } };

  constructor() {
    super();
    this.open = false;
  }

  render() {
    const { status, connection } = store;
    const [mark, word] = CONNECTION[connection];
    const isLive = location.pathname === '/';
    return html`
      <header>
        <div class="brand">
          <svg class="sign" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7"></rect><path d="M7 10.5h18M16 10.5V25"></path><circle cx="7" cy="20" r="2.4"></circle><circle cx="25" cy="20" r="2.4"></circle></svg>
          <h1>Thingstead</h1>
          <span class="member">${status ? html`<span class="muted">member</span> ${status.member}` : nothing}</span>
        </div>
        <nav class="pages" aria-label="Pages">
          <button type="button" class="button menu" aria-expanded=${this.open} aria-controls="pages" @click=${() => (this.open = !this.open)}><span aria-hidden="true">☰</span> ${page.name}</button>
          <div id="pages" class=${this.open ? 'open' : ''}>${GROUPS.map((group) => this.group(group))}</div>
        </nav>
        <nav aria-label="Tools">
          <span class="connection ${connection}" role="status"><span aria-hidden="true">${mark}</span> ${word}</span>
          <a href="/proof">Check a proof</a>
          ${may('devices') ? html`<a class="button" href="/connect" aria-current=${location.pathname === '/connect' ? 'page' : nothing}>Connect a device</a>` : nothing}
          ${me.kind === 'person' ? this.me() : nothing}
        </nav>
      </header>
      ${status ? warnings(status) : nothing}
      ${isLive ? html`<ts-demo-notice></ts-demo-notice>` : nothing}
      ${isLive ? this.live() : nothing}
    `;
  }

  group(name) {
    return html`<div class="group" role="group" aria-label=${name}>${PAGES.filter((each) => !each.isTool && groupOf(each) === name).map((each) => this.link(each))}</div>`;
  }

  me() {
    return html`<span class="me"><a href="/people" title="Signed in as ${me.role}">${me.name}</a> <span class="tag">${me.role}</span> <button type="button" class="button" @click=${this.signOut}>Sign out</button></span>`;
  }

  async signOut() {
    await postJson('/api/sign-out').catch(() => {});
    location.assign('/sign-in');
  }

  link({ path, name }) {
    const unseen = path === '/alarms' ? (store.status?.alarms.unseen ?? 0) : 0;
    return html`<a href=${path} aria-current=${path === page.path ? (path === location.pathname ? 'page' : 'true') : nothing}>${name}${unseen ? html` <span class="unseen" title="raised, and nobody has seen them">${count(unseen)}</span>` : nothing}</a>`;
  }

  live() {
    return html`<p class="pitch">Devices sign what they measure; this node keeps it in a log nobody can rewrite, and the ledger makes it final. Choose <em>verify</em>, and your own browser checks the proof.</p>
      <dl class="figures">${this.figures().map((figure) => this.figure(figure))}</dl>
    `;
  }

  figures() {
    const { status, devices } = store;
    if (!status) return ['Devices', 'Readings', 'Readings/s', 'Log', 'Ledger', 'Final after'].map((name) => ({ name, value: '–', note: '' }));
    const now = store.now();
    let live = 0;
    for (const device of devices.values()) if (stateOf(device, now) === 'live') live++;
    const { log, ledger, series } = status;
    const waiting = log.size - log.anchored;
    return [
      { name: 'Devices', value: count(status.devices.registered), note: live + ' live' },
      { name: 'Readings', value: count(status.readings), note: series.behind > 500 ? 'charts ' + count(series.behind) + ' leaves behind' : bytes(series.bytes) + ' as series' },
      { name: 'Readings/s', value: rate(status.readingsPerSecond), note: 'last 5 seconds' },
      { name: 'Log', value: count(log.size), unit: log.size === 1 ? 'leaf' : 'leaves', note: waiting > 0 ? count(waiting) + ' not yet final' : 'all final' },
      { name: 'Ledger', value: count(ledger.height), unit: ledger.height === 1 ? 'block' : 'blocks', note: members(ledger.tolerance) },
      { name: 'Final after', value: status.finalityLagMs == null ? '–' : duration(status.finalityLagMs), note: 'longest wait' },
    ];
  }

  figure({ name, value, unit, note }) {
    return html`<div><dt>${name}</dt><dd><span class="value">${value}</span>${unit ? html` <span class="unit">${unit}</span>` : nothing}<span class="note">${note}</span></dd></div>`;
  }
}

customElements.define('ts-header', Header);
