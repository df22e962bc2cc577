// How alarms are written for people.
import { html, nothing } from 'lit';
import { decimal, unit } from './format.js';

const MARKS = { critical: ['▲', 'critical'], warning: ['◆', 'warning'], info: ['●', 'info'] };

/** How much it matters: a sign, and the word beside it for those who do not see its colour. */
export function severityMark(severity) {
  const [mark, word] = MARKS[severity] ?? MARKS.info;
  return html`<span class="severity ${severity}"><span aria-hidden="true">${mark}</span> ${word}</span>`;
}

/** The value that raised it, and the furthest beyond. */
export function amount({ value, worst, unit: of }) {
  if (value === undefined) return nothing;
  if (of === 'times usual') return html`<span class="value">${decimal(worst ?? value)}</span> <span class="muted">times as unusual as usual</span>`;
  const further = worst !== undefined && worst !== value ? html`<span class="muted">, at worst ${decimal(worst)} ${unit(of)}</span>` : nothing;
  return html`<span class="value">${decimal(value)} <span class="unit">${unit(of)}</span></span>${further}`;
}
