// Shows what a verification found: verdict, facts, readings, steps, limits.
import { hex } from './bytes.js';
import { age, element } from './dom.js';
import { time } from './words.js';

const VERDICTS = {
  proven: { look: 'good', mark: '✓', title: 'Proven' },
  'proven-by-one-member': { look: 'good', mark: '✓', title: "Proven by one member's word" },
  'accepted-before-revocation': { look: 'warn', mark: '!', title: "Not proven: in time only by the member's word" },
  false: { look: 'bad', mark: '✗', title: 'False' },
  unreadable: { look: 'grey', mark: '?', title: 'Cannot be read: neither proven nor disproven' },
};
const MARKS = { passed: ['✓', 'good', 'passed'], failed: ['✗', 'bad', 'failed'], 'not-checked': ['–', 'grey', 'not checked'] };

export function showReport(report, trustOrigin, now) {
  const { claim, verdict } = report;
  return element(
    'div',
    { class: 'report' },
    showVerdict(report),
    claim && showFacts(claim, verdict),
    claim && showReadings(claim),
    showSteps(report.steps),
    report.notProven.length > 0 &&
      panel('What this does not prove', element('ul', {}, report.notProven.map((text) => element('li', {}, text)))),
    claim && showTrust(report, trustOrigin, now),
  );
}

function panel(title, ...content) {
  return element('section', { class: 'panel' }, element('h2', {}, title), ...content);
}

function showVerdict({ verdict, steps, claim }) {
  const { look, mark, title } = VERDICTS[verdict];
  const failed = steps.find((step) => step.outcome === 'failed');
  const because = failed
    ? failed.found
    : verdict === 'proven' || verdict === 'proven-by-one-member'
      ? `${claim.device} signed these readings, and ${claim.whoseWord.join(', ')} made them final by ${time(claim.notAfterMs)}.`
      : `The key had ended before the log was fixed; ${claim.whoseWord.join(', ')} says that the frame came before.`;
  return element(
    'section',
    { class: 'verdict ' + look },
    element('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
    element('div', {}, element('h2', {}, title), element('p', {}, because), failed ? element('p', { class: 'muted' }, failed.meaning) : null),
  );
}

function showFacts(claim, verdict) {
  const rows = [
    ['Device', claim.device],
    ['Frame number', String(claim.n)],
    ['Trust level', claim.trust ?? 'none: this key may not sign frames'],
    ['Received', time(claim.receivedMs) + ', says the member'],
    ['In the log', `between ${time(claim.notBeforeMs)} and ${time(claim.notAfterMs)}`],
    ['Log', `${claim.log}, entry ${claim.index}`],
    ['Whose word', claim.whoseWord.join(', ') || 'nobody known'],
    ['Key', claim.key],
    ['Ledger', claim.ledger],
  ];
  const proven = verdict === 'proven-by-one-member';
  return panel(
    proven ? 'What is proven' : 'What the file claims (not proven)',
    element('dl', {}, rows.map(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])),
  );
}

function showReadings({ readings }) {
  const head = ['Reading', 'Value', 'Unit', 'Time, says the device'];
  return panel(
    readings.length === 1 ? 'The reading' : 'The ' + readings.length + ' readings',
    element(
      'div',
      { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Readings' },
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, head.map((text, i) => element('th', { scope: 'col', class: i === 1 ? 'number' : null }, text)))),
        element('tbody', {}, readings.map(showReading)),
      ),
    ),
  );
}

function showReading({ name, value, unit, timeMs, relative }) {
  const text = value instanceof Uint8Array ? hex(value) : String(value);
  return element(
    'tr',
    {},
    element('td', {}, name),
    element('td', { class: 'number' }, text),
    element('td', {}, unit ?? ''),
    element('td', {}, time(timeMs) + (relative ? ' (counted from the receipt)' : '')),
  );
}

function showSteps(steps) {
  return panel(
    'Step by step',
    element(
      'ol',
      { class: 'steps' },
      steps.map(({ outcome, found, meaning }) => {
        const [mark, look, word] = MARKS[outcome];
        return element(
          'li',
          { class: look },
          element('span', { class: 'mark', role: 'img', 'aria-label': word }, mark),
          element('div', {}, element('p', {}, found), element('p', { class: 'muted' }, meaning)),
        );
      }),
    ),
  );
}

function showTrust({ trustAsOf, trustRoot }, origin, now) {
  const made = `made ${age(trustRoot.asOf, now)} (${time(trustRoot.asOf)}) as of block ${trustRoot.height}`;
  const updated =
    trustAsOf === trustRoot.asOf
      ? ''
      : `, brought up to date ${age(trustAsOf, now)} (${time(trustAsOf)}) by what the members signed since`;
  return panel(
    'What you trusted',
    element('p', {}, `The trust file ${origin.text}, ${made}${updated}.`),
    element('p', { class: 'muted' }, origin.advice),
  );
}
