// The steps of a contract on a timeline, whether it ran or was tried: when, what happened, where it stood then, and the
// money that moved.
import { html, nothing } from 'lit';
import { moment } from './format.js';
import { plain } from './contract-words.js';

/** @param steps `{ timeMs, words, state, refused, done, event }` in the order in which they are shown */
export function timeline(steps, label) {
  return html`<ol class="timeline" aria-label=${label}>
    ${steps.map(({ timeMs, words, state, refused, done = [], event }) => html`<li class=${refused ? 'refused' : ''}>
      <span class="when">${moment(timeMs).replace(' UTC', '')} <span class="muted">UTC</span></span>
      <div>
        <p>${words}${state && !refused ? html` <span class="to"><span aria-hidden="true">→</span><span class="hidden">, and then it is</span> <em>${plain(state)}</em></span>` : nothing}</p>
        ${done.length > 0 ? html`<ul class="done">${done.map((what) => html`<li>${what}</li>`)}</ul>` : nothing}
      </div>
      ${event == null ? nothing : html`<a class="muted" href="/ledger#event/${event}">event ${event}</a>`}
    </li>`)}
  </ol>`;
}
