// Blocks of the ledger: the list, and one block with its certificate.
import { html, nothing } from 'lit';
import { store } from './store.js';
import { ago, count, moment } from './format.js';
import { eventRows } from './ledger-events.js';

export function blockList({ blocks, first, next }, title) {
  return html`<section class="panel">
    <div class="head"><h2 tabindex="-1">${title}</h2></div>
    <ol class="blocks">
      ${blocks.map((block) => html`<li>
        <a class="number" href="/ledger#block/${block.height}">${count(block.height)}</a>
        <span class="muted">${ago(store.now() - block.time)}</span>
        <span>${block.eventCount === 0 ? html`<span class="muted">empty</span>` : `${count(block.eventCount)} ${block.eventCount === 1 ? 'event' : 'events'}`}</span>
        <span class="by">${signedBy(block)}</span>
      </li>`)}
    </ol>
    ${blocks.length === 0 ? html`<p class="hint">No block of this span is kept here.</p>` : nothing}
    ${next == null ? older(first) : html`<p class="hint"><a href="/ledger#blocks/${next}">Older blocks</a></p>`}
  </section>`;
}

const older = (first) => (first > 1 ? html`<p class="hint">This member has the blocks from ${count(first)} on: it joined with a snapshot, or older ones were pruned. Proofs do not need them.</p>` : nothing);

function signedBy({ certificate, alone }) {
  if (alone) return html`<span class="muted">the word of ${alone} alone</span>`;
  if (!certificate) return html`<span class="muted">signatures to come</span>`;
  return certificate.signed ? `signed by ${certificate.signed.length} of ${certificate.signed.length + certificate.missing.length}` : 'signed';
}

export function blockPage(block) {
  const { height, era, time, transactions, eventCount, events, headerHash, appHash, certificate } = block;
  return html`<section class="panel">
      <div class="head">
        <h2 tabindex="-1">Block ${count(height)}</h2>
        <span class="steps-to">${height > 1 ? html`<a href="/ledger#block/${height - 1}" aria-label="Block before: ${height - 1}">← ${count(height - 1)}</a>` : nothing} <a href="/ledger#block/${height + 1}" aria-label="Block after: ${height + 1}">${count(height + 1)} →</a></span>
      </div>
      <dl class="table">
        <div><dt>Block time</dt><dd>${moment(time)}</dd></div>
        <div><dt>Era</dt><dd>${era}${block.alone ? html`: the word of ${block.alone} alone` : nothing}</dd></div>
        <div><dt>Transactions</dt><dd>${count(transactions)}</dd></div>
        <div><dt>Events</dt><dd>${eventCount === 0 ? 'none' : count(eventCount)}</dd></div>
        <div><dt>Header hash</dt><dd><code>${headerHash}</code></dd></div>
        <div><dt>App hash after it</dt><dd><code>${appHash}</code></dd></div>
      </dl>
    </section>
    ${certificateOf(certificate)}
    <section class="panel">
      <div class="head"><h3>What happened in it</h3></div>
      ${events.length ? eventRows(events) : html`<p class="hint">Nothing: an empty block only tells the time, at least every 10 seconds.</p>`}
      ${eventCount > events.length ? html`<p class="hint"><a href="/ledger#events/${block.firstEvent + eventCount}">All ${count(eventCount)} events</a></p>` : nothing}
    </section>`;
}

function certificateOf(certificate) {
  if (!certificate) return html`<section class="panel"><div class="head"><h3>Certificate</h3></div><p class="hint">The members' signatures are still to come, or are not kept here.</p></section>`;
  const { height, round, headerHash, signed, missing, verified, words } = certificate;
  return html`<section class="panel">
    <div class="head">
      <h3>Certificate</h3>
      ${verified ? html`<span class="good"><span aria-hidden="true">✓</span> verified here</span>` : html`<span class="${signed ? 'bad' : 'muted'}">${signed ? '✗ does not verify here' : 'not checked here: its set of members is not known'}</span>`}
    </div>
    <p class="lead">${words}</p>
    <dl class="table">
      <div><dt>Header signed</dt><dd>block <a href="/ledger#block/${height}">${count(height)}</a> <code>${headerHash}</code></dd></div>
      ${round == null ? nothing : html`<div><dt>Round</dt><dd>${round}${round === 0 ? ' (at the first attempt)' : ''}</dd></div>`}
      ${signed ? html`<div><dt>Signed</dt><dd>${signed.map((name) => html`<span class="tag good"><span aria-hidden="true">✓</span> ${name}</span> `)}</dd></div>` : nothing}
      ${missing?.length ? html`<div><dt>Not in it</dt><dd>${missing.map((name) => html`<span class="tag">${name}</span> `)} <span class="muted">away, or later than the others</span></dd></div>` : nothing}
    </dl>
  </section>`;
}
