// The members of the ledger: who they are, who votes, who signed the last blocks, and whose word counts from when on.
import { html, nothing } from 'lit';
import { PageElement } from './page-element.js';
import { store } from './store.js';
import { age, ago, count } from './format.js';

class Consortium extends PageElement {
  static source = '/api/consortium';

  render() {
    const { data } = this;
    if (!data) return this.waiting();
    return html`
      ${this.problem ? html`<p class="alarm" role="alert">${this.problem} What stands here is of ${age(store.now() - data.nowMs)} ago.</p>` : nothing}
      ${this.summary(data)} ${this.members(data)} ${this.eras(data)} ${data.tolerance.members === 1 && data.members.length === 1 ? this.founding(data) : nothing}
    `;
  }

  summary({ tolerance, height, blockTime, certificate, engine, standstill, members }) {
    const now = store.now();
    const others = members.filter(({ votes, removed }) => !votes && !removed).length;
    return html`<section class="panel" aria-labelledby="members-title">
      <div class="head"><h2 id="members-title">${tolerance.members === 1 ? 'One member alone' : `${tolerance.members} members confirm this ledger together`}</h2></div>
      ${standstill || tolerance.away.length > 0 ? nothing : html`<p class="lead ${tolerance.mayStillFail === 0 ? 'warn' : ''}">${tolerance.words}</p>`}
      ${engine.trouble ? html`<p class="lead bad" role="alert"><strong>Trouble with the engine:</strong> ${engine.trouble}</p>` : nothing}
      <dl class="figures inside">
        ${standstill ? figure('May fail or lie', 'none', 'too many already do') : figure('May fail or lie', `${tolerance.mayStillFail || 'none'} of ${tolerance.members - tolerance.away.length}`, tolerance.away.length ? 'besides ' + tolerance.away.join(', ') : others ? `${others} more without a vote yet` : 'of those that vote')}
        ${figure('Needed to agree', `${tolerance.needed} of ${tolerance.members}`, 'more than two thirds')}
        ${figure('Blocks', count(height), engine.name === 'solo' ? 'embedded engine' : 'through CometBFT')}
        ${figure('Last block', ago(now - blockTime), standstill ? 'the ledger stands still' : 'by the ledger’s clock')}
        ${figure('Last certificate', certificate ? `${certificate.signed} of ${certificate.of}` : '–', certificate ? `signed block ${count(certificate.height)}` : 'none since this node started')}
      </dl>
    </section>`;
  }

  members({ members, recentBlocks, height, standstill }) {
    return html`<section class="panel" aria-labelledby="who-title">
      <div class="head"><h2 id="who-title">Members</h2><span class="muted">${recentBlocks > 1 ? `signatures of the last ${recentBlocks} certificates, the newest on the right` : nothing}</span></div>
      <ul class="members">${members.map((member) => this.member(member, height, standstill))}</ul>
      <p class="hint">A certificate needs more than two thirds of the signatures and is made of those that come first: a member that is a little slower than the others is missing in some without being ill.</p>
    </section>`;
  }

  member(member, height, standstill) {
    const { name, domain, own, removed, node, engine, faults, signed, of, strip, anchorMs, devices, logs } = member;
    const [look, mark, word] = standing(member, height, standstill);
    const forked = logs.filter((log) => log.forked);
    return html`<li class="member-row ${look}">
      <div class="who">
        <span class="mark ${look}" aria-hidden="true">${mark}</span>
        <div><strong><a href="/ledger#subject/member/${name}" title="What the ledger tells of ${name}">${name}</a></strong>${own ? html` <span class="tag">this node</span>` : nothing}<br /><span class="muted">${domain}</span></div>
      </div>
      <div class="state-word">${word}${faults ? html`<br /><span class="bad">caught cheating ${faults === 1 ? 'once' : faults + ' times'}</span>` : nothing}${logs.filter((log) => log.closed).map((log) => html`<br /><span class="muted">log ${log.number} closed: ${log.closed}, ${count(log.size)} leaves stay final</span>`)}${forked.map((log) => html`<br /><span class="bad">log ${log.number} showed two faces</span>`)}</div>
      <div class="signed">
        ${of > 0 ? html`<span class="strip" role="img" aria-label="signed ${signed} of the last ${of} certificates">${[...strip].map((bit) => html`<i class=${BITS[bit]}></i>`)}</span><span class="muted">signed ${signed} of ${of}</span>` : html`<span class="muted">${removed ? 'no vote' : 'no vote yet'}</span>`}
      </div>
      <dl class="facts">
        <div><dt>Last anchor</dt><dd>${anchorMs == null ? 'none yet' : ago(store.now() - anchorMs)}</dd></div>
        <div><dt>Devices</dt><dd>${count(devices)}</dd></div>
        <div><dt>Leaves</dt><dd>${count(logs.reduce((sum, log) => sum + log.size, 0))}</dd></div>
        <div><dt>Reached at</dt><dd>${node ? html`<span title="its engine: ${engine}">${node}</span>` : 'not said'}</dd></div>
      </dl>
    </li>`;
  }

  eras({ eras }) {
    return html`<section class="panel" aria-labelledby="eras-title">
      <div class="head"><h2 id="eras-title">Whose word counts</h2></div>
      <ol class="eras">${eras.map((era) => html`<li><span class="mark" aria-hidden="true">${era.last == null ? '●' : '○'}</span><span>${era.words} <a href="/ledger#event/${era.firstEvent}" class="muted">first event ${count(era.firstEvent)}</a></span></li>`)}</ol>
      ${eras.length > 1 ? html`<p class="hint">What happened while one member was alone stays its word alone, whatever is signed later, and proofs say so.</p>` : nothing}
    </section>`;
  }

  founding({ member }) {
    return html`<section class="panel" aria-labelledby="found-title">
      <div class="head"><h2 id="found-title">Share this ledger with others</h2></div>
      <p class="lead">This node is one member alone: its ledger is its own word. With four members one may fail or lie, and none can rewrite what was agreed. Devices, anchors and history go along.</p>
      <div class="lead code"><pre tabindex="0">./thingstead engine install
./thingstead consortium found --member ${member}</pre></div>
      <p class="hint">That writes <code>${member}.invite.json</code> for those who join; the README tells the rest, file by file. To try it on this machine: <code>./thingstead demo --members 4</code>.</p>
    </section>`;
  }
}

const BITS = { 1: 'did', 0: 'not', '-': 'none' };

/** Whether a member does its part: look, mark, words. */
function standing({ name, own, removed, votes, of, quiet, lastSigned }, height, standstill) {
  if (removed) return ['never', '✕', 'removed by the members'];
  if (!votes) return ['late', '○', 'has no vote yet'];
  if (standstill?.silent?.includes(name)) return ['missing', '○', 'does not answer'];
  if (standstill) return own ? ['live', '●', 'votes'] : ['late', '○', 'has a vote'];
  if (of === 0) return ['live', '●', 'votes'];
  if (!quiet) return ['live', '●', 'votes and signs'];
  return ['missing', '○', lastSigned == null ? `signed none of the last ${of}` : `signed nothing since block ${count(lastSigned)}, ${count(height - lastSigned)} ago`];
}

const figure = (name, value, note) => html`<div><dt>${name}</dt><dd><span class="value">${value}</span><span class="note">${note}</span></dd></div>`;

customElements.define('ts-consortium', Consortium);
