// The other members' logs as this member holds them, its own that it lost, and what the ledger holds against members: logs with two faces,
// broken promises.
import { html, nothing } from 'lit';
import { getJson } from './ask.js';
import { PageElement } from './page-element.js';
import { store } from './store.js';
import { age, count } from './format.js';

const STATES = {
  following: ['live', '●', 'following'],
  closed: ['late', '○', 'closed'],
  behind: ['late', '○', 'behind'],
  unreachable: ['missing', '✕', 'unreachable'],
  forked: ['bad', '✕', 'two faces'],
};

class Mirrors extends PageElement {
  static source = '/api/consortium';

  /** The mirrors beside what the ledger knows: one of them can be there without the other. */
  async load() {
    const mirrors = await getJson('/api/mirrors').catch((error) => ({ logs: [], problem: error.message }));
    await super.load();
    this.mirrors = mirrors;
    this.requestUpdate();
  }

  render() {
    const { data, mirrors } = this;
    if (!data || !mirrors) return this.waiting();
    return html`
      <section class="panel" aria-labelledby="logs-title">
        <div class="head"><h2 id="logs-title">Logs of the other members</h2></div>
        ${mirrors.problem ? html`<p class="hint warn" role="status">${mirrors.problem}</p>` : nothing}
        ${data.members.length === 1 ? html`<p class="hint">There is no other member. When several share the ledger, each keeps a copy of every other one's log and checks that nobody rewrites theirs; <a href="/consortium">how to found a consortium</a>.</p>` : nothing}
        ${data.members.length > 1 && mirrors.logs.length === 0 && !mirrors.problem ? html`<p class="hint">No log of another member is followed yet: it begins as soon as the other members say where they are reached.</p>` : nothing}
        <ul class="mirrors">${mirrors.logs.map((log) => mirror(log))}</ul>
        ${mirrors.logs.length > 0 ? html`<p class="hint">A mirror holds the hashes of every leaf that the ledger made final, and the contents of devices that were <a href="/things">granted</a> to this member. “Cosigned” says up to which leaf this member signed that it has seen the same log as the ledger.</p>` : nothing}
      </section>
      ${evidence(data.accusations)}
    `;
  }
}

function mirror({ member, logNo, origin, mirrored, anchored, cosigned, state, sinceMs, text }) {
  const [look, mark, word] = STATES[state] ?? ['late', '○', state];
  const follows = state === 'following';
  const missing = anchored - mirrored;
  return html`<li class="mirror-row" data-state=${state}>
    <div class="who"><span class="mark ${look}" aria-hidden="true">${mark}</span><div><strong><a href="/ledger#subject/log/${member}/${logNo}">${member}/${logNo}</a></strong><br /><span class="muted">${origin}</span></div></div>
    <div class=${follows ? '' : look === 'late' ? 'warn' : 'bad'}>${word} <span class="muted">for ${age(store.now() - sinceMs)}</span></div>
    <dl class="facts">
      <div><dt>Final</dt><dd>${count(anchored)}</dd></div>
      <div><dt>Held here</dt><dd>${count(mirrored)}${missing > 0 ? html` <span class=${follows ? 'muted' : 'warn'}>(${count(missing)} ${follows ? 'on the way' : 'missing'})</span>` : nothing}</dd></div>
      <div><dt>Cosigned</dt><dd>${cosigned > 0 ? `up to ${count(cosigned)}` : 'not yet'}</dd></div>
    </dl>
    ${follows ? nothing : html`<p class="text ${look === 'bad' ? 'bad' : 'muted'}">${text}</p>`}
  </li>`;
}

function evidence({ forks, brokenPromises, caught, more }) {
  const all = [...forks.map((fork) => [fork, 'Two faces']), ...brokenPromises.map((promise) => [promise, 'Broken promise']), ...caught.map((one) => [one, 'Caught cheating'])];
  return html`<section class="panel" aria-labelledby="evidence-title">
    <div class="head"><h2 id="evidence-title">Evidence against members</h2><span class="muted">${all.length === 0 ? 'none' : count(all.length + more)}</span></div>
    ${all.length === 0 ? html`<p class="hint">No log showed two faces, no promise was broken, and nobody was caught voting twice. Where one of these happens, the evidence goes onto the ledger and stands here, and in red on every member's pages.</p>` : nothing}
    <ul class="found">${all.map(([{ words, event, member, times }, kind]) => html`<li class="bad"><strong>${kind}.</strong> ${words ?? member}${times > 1 ? `, ${times} times in all` : ''}. ${event == null ? nothing : html`<a href="/ledger#event/${event}">Evidence: event ${count(event)}</a>`}</li>`)}</ul>
    ${more > 0 ? html`<p class="hint">${count(more)} more are on the ledger.</p>` : nothing}
  </section>`;
}

customElements.define('ts-mirrors', Mirrors);
