// Events of the ledger in plain words: a list, and one event with all that is to be known of it.
import { html, nothing } from 'lit';
import { store } from './store.js';
import { ago, count, moment } from './format.js';

/** @param more the address of the events that follow, by the number they are before */
export function eventList({ events, first, missing, next }, title, more) {
  return html`<section class="panel">
    <div class="head"><h2 tabindex="-1">${title}</h2></div>
    ${events.length ? eventRows(events) : html`<p class="hint">The ledger tells nothing of this, as far as its events are kept here.</p>`}
    ${missing.map(({ from, to }) => html`<p class="hint" role="status">Events ${count(from)} to ${count(to - 1)} are not held here yet: they are being fetched from the other members.</p>`)}
    ${next == null ? (first > 0 && missing.length === 0 ? html`<p class="hint">This member has the events from ${count(first)} on: it joined with a snapshot.</p>` : nothing) : html`<p class="hint"><a href="/ledger${more(next)}">Older events</a></p>`}
  </section>`;
}

export function eventRows(events) {
  return html`<ol class="events">
    ${events.map((event) => html`<li class=${WRONG.has(event.type) ? 'wrong' : ''}>
      <a class="number" href="/ledger#event/${event.number}">${count(event.number)}</a>
      <span class="words">${event.words}</span>
      <span class="muted" title=${moment(event.time)}>${ago(store.now() - event.time)}</span>
    </li>`)}
  </ol>`;
}

const WRONG = new Set(['log-forked', 'promise-broken', 'member-misbehaved', 'refused']);

export function eventPage(event) {
  const { number, height, time, era, type, words, subjects, transaction, alone, leaf } = event;
  return html`<section class="panel">
    <div class="head">
      <h2 tabindex="-1">Event ${count(number)}</h2>
      <span class="steps-to">${number > 0 ? html`<a href="/ledger#event/${number - 1}" aria-label="Event before: ${number - 1}">← ${count(number - 1)}</a>` : nothing} <a href="/ledger#event/${number + 1}" aria-label="Event after: ${number + 1}">${count(number + 1)} →</a></span>
    </div>
    <p class="lead large ${WRONG.has(type) ? 'bad' : ''}">${words}</p>
    <dl class="table">
      <div><dt>Block</dt><dd><a href="/ledger#block/${height}">${count(height)}</a>, ${moment(time)}</dd></div>
      <div><dt>Whose word</dt><dd>${alone ? html`${alone} alone: the ledger had one member then` : `the members of era ${era}, who agreed on it`}</dd></div>
      <div><dt>Type</dt><dd><a href="/ledger#type/${type}">${type}</a></dd></div>
      <div><dt>About</dt><dd>${subjects.map((subject) => html`<a href="/ledger#subject/${subject}">${subject.replace('/', ' ')}</a> `)}</dd></div>
      <div><dt>Transaction</dt><dd>${transaction ? html`<a href="/ledger#find/${transaction}"><code>${transaction}</code></a>` : 'none: the block told it by itself'}</dd></div>
      <div><dt>Leaf</dt><dd><code class="leaf" tabindex="0">${leaf}</code></dd></div>
    </dl>
  </section>`;
}
