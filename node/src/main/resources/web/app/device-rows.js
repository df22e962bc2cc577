// Devices in rows of a table where there is room, and as cards where there is not.
import { html, nothing } from 'lit';
import { repeat } from 'lit-html/directives/repeat.js';
import { orderOf } from './device-query.js';
import { mainReading, stateMark, stateOf, stateWord } from './device-state.js';
import { age, count, shortName, trust, unit, value } from './format.js';

const ROLES = { token: 'no key', gateway: 'gateway' };
/** Column, its head, and whether its first order is downwards. */
const COLUMNS = [
  ['state', 'State', true],
  ['name', 'Device', false],
  ['value', 'Newest value', true],
  ['trust', 'Trust', false],
  ['heard', 'Heard', true],
  ['rate', 'Per minute', true],
  ['missing', 'Missing', true],
];
const NUMBERS = new Set(['value', 'heard', 'rate', 'missing']);

/** Where a device has its page. */
export const addressOf = (device) => '/devices/' + encodeURIComponent(device).replace('%3A', ':');

export function table({ devices, query, now, sort }) {
  return html`<div class="scroll"><table class="devices">
    <thead><tr>${COLUMNS.map(([column, head, down]) => heading(column, head, query, () => sort(column, down)))}</tr></thead>
    <tbody>${repeat(devices, ({ device }) => device, (device) => row(device, query, now))}</tbody>
  </table></div>`;
}

/** By the value can be sorted only where it is the same quantity of all. */
function heading(column, head, query, sort) {
  const order = orderOf(query, column);
  const side = NUMBERS.has(column) ? 'number' : '';
  if (column === 'value' && !query.quantity) return html`<th scope="col" class=${side}>${head}</th>`;
  return html`<th scope="col" class=${side} aria-sort=${order}><button type="button" class="plain" @click=${sort}>${column === 'value' ? query.quantity : head} <span class="order" aria-hidden="true">${{ none: '↕', ascending: '↑', descending: '↓' }[order]}</span></button></th>`;
}

function row(device, query, now) {
  const state = stateOf(device, now);
  return html`<tr class="listed ${state}" data-device=${device.device}>
    <td>${standing(state)}</td>
    <td>${named(device)}</td>
    <td class="number">${newest(device, query)}</td>
    <td>${vouched(device)}</td>
    <td class="number">${heard(device, now)}</td>
    <td class="number">${device.receivedMs && state !== 'silent' ? count(device.lastMinute) : '–'}</td>
    <td class="number">${device.missing ? html`<span class="warn">${count(device.missing)}</span>` : device.receivedMs ? '0' : '–'}</td>
  </tr>`;
}

export function cards({ devices, query, now }) {
  return html`<ul class="cards">${repeat(devices, ({ device }) => device, (device) => card(device, query, now))}</ul>`;
}

function card(device, query, now) {
  const state = stateOf(device, now);
  return html`<li class="listed ${state}" data-device=${device.device}>
    <div>${named(device)}</div>
    <div class="number">${newest(device, query)}</div>
    <div class="muted">${standing(state)}${device.receivedMs ? html` · ${vouched(device)}` : nothing}${device.missing ? html` · <span class="warn">${count(device.missing)} missing</span>` : nothing}</div>
    <div class="number muted">${heard(device, now)}</div>
  </li>`;
}

const standing = (state) => html`<span class="stand"><span class="mark ${state}" aria-hidden="true">${stateMark(state)}</span> ${stateWord(state)}</span>`;

function named({ device, label, role }) {
  const what = ROLES[role];
  return html`<a class="name" href=${addressOf(device)}>${label ?? shortName(device)}</a>${label ? html` <span class="muted">${shortName(device)}</span>` : nothing}${what ? html` <span class="tag">${what}</span>` : nothing}`;
}

function newest(device, { quantity }) {
  const reading = quantity ? device.readings.get(quantity) : mainReading(device);
  if (!reading) return html`<span class="muted">nothing yet</span>`;
  return html`${quantity ? nothing : html`<span class="what">${reading.name}</span> `}<span class="value">${value(reading)} <span class="unit">${unit(reading.unit)}</span></span>`;
}

const vouched = ({ trust: level }) => (level ? html`<span title=${trust(level).long}>${trust(level).short}</span>` : '–');
const heard = ({ receivedMs }, now) => (receivedMs ? html`<span class="age">${age(now - receivedMs)}</span>` : html`<span class="muted">never</span>`);
