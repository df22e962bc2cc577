// What this node is and how it does: what it finds of itself and what to do about it, where it listens, what it has, and
// what can be set, here or in its file.
import { LitElement, html, nothing } from 'lit';
import { PageElement } from './page-element.js';
import { may } from './me.js';
import { age, ago, bytes, moment } from './format.js';
import './demo-notice.js';
import './retention.js';
import './copy-lines.js';

const MARKS = { ok: ['✓', 'good'], warn: ['!', 'look at it'], fail: ['✕', 'wrong'] };
const CALLED = {
  node: 'Readings',
  member: 'This member',
  members: 'Other members',
  evidence: 'Evidence',
  engine: 'Engine',
  disk: 'Disk',
  version: 'Data folder',
  tls: 'TLS',
  series: 'Series',
  certificates: 'Certificates',
  mirrors: 'Mirrors',
  retention: 'Retention',
  backup: 'Backup',
};
const WORST_FIRST = ['fail', 'warn', 'ok'];

/** What stands in the file and takes effect at the next start. */
const FILE = [
  ['member, domain', 'what this member and its logs are called; fixed once it was started'],
  ['[http] host, port', 'where people and programs reach it'],
  ['[mqtt] host, port', 'where devices reach it'],
  ['[tls] certificate, key, hosts, mqttPort', 'HTTPS, and MQTT with TLS'],
  ['[people] required, address', 'whether people sign in, and under which address'],
  ['[members] host, port, address', 'where the other members’ nodes reach it'],
  ['[engine] host, port, keepBlocks, snapshotEvery', 'where the other members’ engines reach it'],
  ['[alarms] file', 'alarm rules and channels that are declared'],
  ['[log] format', 'the node’s messages as text or as JSON lines'],
];

class NodeHealth extends PageElement {
  static source = '/api/node';
  static everyMs = 5000;

  constructor() {
    super();
    this.askedMs = 0;
  }

  async load() {
    await super.load();
    if (!this.problem) this.askedMs = Date.now();
  }

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    const checks = [...data.checks].sort((a, b) => WORST_FIRST.indexOf(a.level) - WORST_FIRST.indexOf(b.level));
    const wrong = checks.filter(({ level }) => level !== 'ok').length;
    return html`
      <section class="panel ${this.problem ? 'stale' : ''}" aria-labelledby="health-title">
        <div class="head"><h2 id="health-title">Health</h2><span class="muted">${wrong === 0 ? 'all is well' : wrong === 1 ? 'one thing to look at' : wrong + ' things to look at'}</span></div>
        ${this.problem ? html`<p class="hint warn" role="alert">${this.problem} What stands here is from ${ago(Date.now() - this.askedMs)}.</p>` : nothing}
        <ul class="checks">${checks.map((check) => this.check(check))}</ul>
        <p class="hint">More, also of what only somebody outside can see, and of each leaf and block: <code>./thingstead doctor --data DIR</code>. Supervisors ask <a href="/health/ready">/health/ready</a> and <a href="/health/live">/health/live</a>${may('metrics') ? html`, dashboards <a href="/metrics">/metrics</a>` : nothing}.</p>
      </section>
      <div class="pair even">${this.itself(data)}${this.has(data)}</div>
      ${this.listeners(data.node)}
    `;
  }

  check({ code, level, text, advice }) {
    const [mark, word] = MARKS[level] ?? ['?', level];
    return html`<li class=${level}>
      <span class="mark" role="img" aria-label=${word}>${mark}</span>
      <strong>${CALLED[code] ?? code}</strong>
      <span>${text}${advice ? html`<span class="advice">${advice}</span>` : nothing}</span>
    </li>`;
  }

  itself({ nowMs, member, ledger, log, engine, node }) {
    return html`<section class="panel" aria-labelledby="itself-title">
      <div class="head"><h2 id="itself-title">This node</h2></div>
      <dl class="table">
        <div><dt>Thingstead</dt><dd>${node.version}, running for ${age(nowMs - node.startedMs)}, since ${moment(node.startedMs)}</dd></div>
        <div><dt>Member</dt><dd>${member} (${node.domain})</dd></div>
        <div><dt>Ledger</dt><dd><code>${ledger}</code>, ${engine === 'solo' ? 'this member alone' : 'agreed on with the other members'}</dd></div>
        <div><dt>Log</dt><dd><code>${log}</code></dd></div>
        <div><dt>Data folder</dt><dd>version ${node.folderVersion}${node.keptVersion === undefined ? '' : `, with a copy of version ${node.keptVersion}`}</dd></div>
        <div><dt>People</dt><dd>${node.signIn ? 'sign in' : 'do not have to sign in: only this machine reaches it'}</dd></div>
      </dl>
      <p class="hint ways"><a class="button" href="/people">People and API keys</a> <a class="button" href="/interface">HTTP interface</a> <a class="button" href="/alarms">Alarm rules</a></p>
    </section>`;
  }

  has({ nowMs, seriesBytes, node }) {
    const { disk, memory, backupMs } = node;
    return html`<section class="panel" aria-labelledby="has-title">
      <div class="head"><h2 id="has-title">Room</h2></div>
      <dl class="table">
        <div><dt>Disk</dt><dd>${bytes(disk.freeBytes)} free; below ${bytes(disk.reserveBytes)} no reading is accepted</dd></div>
        <div><dt>Store</dt><dd>${bytes(disk.storeBytes)}: log and ledger</dd></div>
        <div><dt>Series</dt><dd>${bytes(seriesBytes)}, made from the log</dd></div>
        <div><dt>Memory</dt><dd>${memory.residentBytes === undefined ? 'not told by this system' : bytes(memory.residentBytes)}; of the heap ${bytes(memory.heapBytes)} of at most ${bytes(memory.heapMostBytes)}</dd></div>
        <div><dt>Last backup</dt><dd>${backupMs === undefined ? 'none yet' : `${ago(nowMs - backupMs)}, ${moment(backupMs)}`}</dd></div>
      </dl>
      <p class="hint">A backup is written on the node’s machine, while the node runs:</p>
      <div class="inner"><ts-copy .text=${'./thingstead backup --data DIR -o FILE.zip'}></ts-copy></div>
    </section>`;
  }

  listeners({ listeners, tls }) {
    return html`<section class="panel" aria-labelledby="listeners-title">
      <div class="head"><h2 id="listeners-title">Where it listens</h2></div>
      <dl class="table">
        ${listeners.map(({ name, host, port, tls: secured, table }) => html`<div><dt>${name}</dt><dd><code>${host.includes(':') ? `[${host}]` : host}:${port}</code> ${secured ? 'encrypted' : 'without TLS'} <span class="muted">(<code>[${table}]</code>)</span></dd></div>`)}
        ${tls ? html`<div><dt>Certificate</dt><dd>good until ${moment(tls.endsMs)}, SHA-256 <code>${tls.fingerprint}</code></dd></div>` : nothing}
      </dl>
    </section>`;
  }
}

customElements.define('ts-node-health', NodeHealth);

class Settings extends LitElement {
  createRenderRoot() {
    return this;
  }

  render() {
    return html`
      <ts-demo-notice></ts-demo-notice>
      <ts-node-health></ts-node-health>
      <ts-retention></ts-retention>
      <section class="panel" aria-labelledby="file-title">
        <div class="head"><h2 id="file-title">Set in thingstead.toml</h2></div>
        <p class="hint">These are read when the node starts: <code>./thingstead node --config thingstead.toml</code>. Change the file on the node’s machine and start it again; <code>./thingstead doctor --config thingstead.toml</code> looks at every value before.</p>
        <dl class="table keys-of-file">${FILE.map(([key, words]) => html`<div><dt><code>${key}</code></dt><dd>${words}</dd></div>`)}</dl>
      </section>
    `;
  }
}

customElements.define('ts-settings', Settings);
