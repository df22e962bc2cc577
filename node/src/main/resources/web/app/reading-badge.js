// How sure a reading is, as a badge: accepted, then final with a button that proves it, then proven in this browser.
import { html, nothing } from 'lit';
import { store } from './store.js';
import { shortName } from './format.js';
import { proofs } from './proofs.js';

const BADGES = {
  none: ['final', '', 'verify', 'The ledger has made it final. Make the proof and check it in this browser.'],
  checking: ['checking', '◌', 'checking', 'The proof is being made and checked'],
  proven: ['proven', '✓', 'proven', 'Checked in this browser. Show the steps.'],
  false: ['false', '✗', 'not proven', 'The check failed. Show why.'],
  failed: ['false', '!', 'no proof', 'There is no proof to check. Show why.'],
};

export function readingBadge(reading) {
  const name = `${reading.name} of ${shortName(reading.device)}`;
  if (reading.index >= store.anchored) return html`<span class="badge accepted" title="In the log, on disk; the ledger has not made it final yet"><span aria-hidden="true">◌</span> accepted</span>`;
  const check = proofs.get(reading.index);
  const [look, mark, word, title] = BADGES[check?.state ?? 'none'];
  return html`<button type="button" class="badge ${look}" title=${title} aria-label="${word}: ${name}" aria-disabled=${check?.state === 'checking' ? 'true' : nothing} @click=${() => check?.state === 'checking' || proofs.show(reading)}>
    ${check === undefined ? html`<span class="final"><span aria-hidden="true">✓</span> final</span>` : nothing}<span>${mark ? html`<span aria-hidden="true">${mark}</span> ` : nothing}${word}</span>
  </button>`;
}
