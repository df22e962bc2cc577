// What must not be overlooked, on every page: the ledger stands still or is close to it, or holds something against a
// member; a critical alarm that nobody has seen.
import { html, nothing } from 'lit';
import { clock, count } from './format.js';

/** The lines of what is wrong, each with where the evidence is. */
export function warnings({ ledger, notices, accusations, alarms }) {
  const removed = notices.some((notice) => notice.code === 'member.removed');
  return html`${notices.map(own)}
    ${removed ? nothing : (ledger.standstill ? standstill(ledger.standstill) : scarce(ledger.tolerance))}
    ${raised(alarms)}
    ${accusations.forks.map((fork) => alarm('Two faces', `The log ${fork.log} told different members different things.`, fork.event))}
    ${accusations.brokenPromises.slice(0, 3).map((promise) => alarm('Broken promise', promise.words + '.', promise.event))}
    ${accusations.caught.map((caught) => alarm('Caught cheating', `${caught.words ?? caught.member + ' cheated'}${caught.times > 1 ? `, ${caught.times} times in all` : ''}.`, caught.event))}
    ${hidden(accusations)}`;
}

const OWN = { 'member.removed': 'This member was removed', 'votes.held': 'This member does not vote now' };

function own({ code, text }) {
  return html`<p class="alarm" role="alert"><strong>${OWN[code] ?? 'Look at this member'}.</strong> ${text[0].toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}</p>`;
}

/** Alarms of the devices stand on their own page; the others say when a critical one is not seen yet. */
function raised({ unseen, worst }) {
  if (worst !== 'critical' || location.pathname === '/alarms') return nothing;
  return html`<p class="alarm" role="alert"><strong>${unseen === 1 ? 'An alarm is' : count(unseen) + ' alarms are'} raised, and nobody has acknowledged ${unseen === 1 ? 'it' : 'them'}.</strong> <a href="/alarms">Look at the alarms</a></p>`;
}

/** Nobody else may fail, because somebody already does. */
function scarce({ away, mayStillFail, words }) {
  if (away.length === 0 || mayStillFail > 0) return nothing;
  return html`<p class="alarm mild" role="status"><strong>${away.length === 1 ? 'One member is' : away.length + ' members are'} away.</strong> ${words}</p>`;
}

function standstill(still) {
  const { silent, members, needed, sinceMs } = still;
  const not = silent?.length ? `${silent.length} of ${members} members ${silent.length === 1 ? 'does' : 'do'} not answer (${silent.join(', ')})` : '';
  // a member can be connected and yet take no part
  const who = silent?.length > members - needed ? not : `${not && not + '. '}It takes ${needed} of its ${members} members, and fewer take part, or this one is cut off`;
  return html`<p class="alarm" role="alert"><strong>The ledger stands still since ${clock(sinceMs)}.</strong> ${who}; readings are still taken into this member's log. It goes on by itself when ${needed} of ${members} are back, and nothing is lost.</p>`;
}

function alarm(title, words, event) {
  return html`<p class="alarm" role="alert"><strong>${title}.</strong> ${words} ${event == null ? nothing : html`<a href="/ledger#event/${event}">Evidence: event ${count(event)}</a>`}</p>`;
}

function hidden({ brokenPromises, more }) {
  const unseen = Math.max(0, brokenPromises.length - 3) + more;
  return unseen > 0 ? html`<p class="alarm">${count(unseen)} more of these: <a href="/mirrors">all of them</a>.</p>` : nothing;
}
