// One leaf of this member's log: whose it is, its hashes, and what made it final.
import { html, nothing } from 'lit';
import { count, moment, shortName, trust } from './format.js';

const KINDS = { reading: 'Readings', command: 'A command', receipt: 'The answer to a command' };

export function leafPage({ log, index, size, device, n, kind, key, trust: level, receivedMs, erased, commitment, leafHash, anchoredBy }) {
  const step = (to, arrow, words) => html`<a href="/ledger#leaf/${log}/${to}" aria-label="Leaf ${words}: ${to}">${arrow}</a>`;
  return html`<section class="panel">
    <div class="head">
      <h2 tabindex="-1">Leaf ${count(index)} of the log ${log}</h2>
      <span class="steps-to">${index > 0 ? step(index - 1, '← ' + count(index - 1), 'before') : nothing} ${index + 1 < size ? step(index + 1, count(index + 1) + ' →', 'after') : nothing}</span>
    </div>
    <p class="lead large">${KINDS[kind] ?? kind}: number ${count(n)} of <a href="/devices/${encodeURIComponent(device)}">${shortName(device)}</a>${erased ? ', erased' : ''}.</p>
    <dl class="table">
      <div><dt>Received</dt><dd>${erased ? 'its content was erased: the commitment stays' : moment(receivedMs)}</dd></div>
      <div><dt>Trust</dt><dd>${trust(level).long}</dd></div>
      <div><dt>Key</dt><dd><a href="/ledger#find/${key}"><code>${key}</code></a></dd></div>
      <div><dt>Commitment</dt><dd><code>${commitment}</code></dd></div>
      <div><dt>Hash in the tree</dt><dd><code>${leafHash}</code></dd></div>
      <div><dt>Final</dt><dd>${anchoredBy == null ? 'not yet' : html`by <a href="/ledger#event/${anchoredBy}">event ${count(anchoredBy)}</a>${erased || kind !== 'reading' ? nothing : html`; <a href="/api/proofs/${encodeURIComponent(device)}/${n}" download="${shortName(device)}-${n}.proof.json">proof file</a>`}`}</dd></div>
    </dl>
  </section>`;
}
