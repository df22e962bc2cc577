// What is promised of an account and to it: holds, standing limits, payment channels, with what can be done about each.
import { html, nothing } from 'lit';
import { age, moment } from './format.js';
import { store } from './store.js';
import { accountLink, difference, sum } from './money-words.js';

/** When, in ledger time, and how long that is from now. */
function until(ms, now) {
  const left = ms - now;
  return html`<span title=${moment(Math.round(store.now() + left))}>${left > 0 ? 'in ' + exact(left) : 'with the next block'}</span>`;
}

/** Minutes and seconds where it is soon. */
function exact(ms) {
  if (ms > 90 * 60_000) return age(ms);
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}

const button = (words, label, press) => html`<button type="button" class="button" aria-label=${label} @click=${press}>${words}</button> `;

export function holds({ data, now, ask, actsFor }) {
  if (data.holds.length === 0) return nothing;
  return html`<section class="panel" aria-labelledby="holds-title">
    <div class="head"><h2 id="holds-title">Set aside</h2><span class="muted">${data.holds.length}</span></div>
    <ul>${data.holds.map((hold) => {
      const by = actsFor(hold.payee);
      return html`<li class="promise">
        <span><strong>${sum(hold.amount)} ${hold.asset}</strong> of ${accountLink(hold.from)} for ${accountLink(hold.payee)} <span class="muted"><a href="/ledger#subject/hold/${hold.number}">hold ${hold.number}</a></span></span>
        <span class="muted"><span>free again ${until(hold.untilMs, now)}</span></span>
        <span class="buttons">${by ? html`${button('Take…', `Take of hold ${hold.number}`, () => ask('capture', { by, hold }))}${button('Give free…', `Give hold ${hold.number} free`, () => ask('release', { by, hold }))}` : nothing}</span>
      </li>`;
    })}</ul>
  </section>`;
}

export function limits({ data, now, account, ask, actsFor }) {
  return html`<section class="panel" aria-labelledby="limits-title">
    <div class="head"><h2 id="limits-title">Standing limits</h2><span class="muted">${data.limits.length || nothing}</span></div>
    ${data.limits.length === 0 ? html`<p class="hint">None. A limit lets another account spend from this one, so much a day and so much at once: a car that pays for its parking.</p>` : nothing}
    <ul>${data.limits.map((limit) => {
      const used = difference(limit.perDay, limit.leftToday);
      const by = actsFor(limit.owner) ?? actsFor(limit.spender);
      const spends = limit.spender === account ? actsFor(account) : null;
      return html`<li class="promise">
        <span>${accountLink(limit.spender)} may spend <strong>${sum(limit.perDay)} ${limit.asset}</strong> a day, ${sum(limit.atOnce)} at once, from ${accountLink(limit.owner)}${limit.purpose ? html`, on <em>${limit.purpose}</em>` : nothing}${limit.payees.length ? html`; may pay ${limit.payees.map((payee, i) => html`${i ? ', ' : ''}${accountLink(payee)}`)}` : nothing} <span class="muted"><a href="/ledger#subject/limit/${limit.number}">limit ${limit.number}</a></span></span>
        <span><label class="used"><progress max="1" .value=${Number(used) / Number(limit.perDay)}></progress> <span>${sum(used)} of ${sum(limit.perDay)} used today</span></label> <span class="muted">ends ${until(limit.untilMs, now)}</span></span>
        <span class="buttons">${spends ? button('Spend…', `Spend within limit ${limit.number}`, () => ask('send', { by: spends, from: limit.owner, limit: limit.number, assets: [limit.asset] })) : nothing}${by ? button('End…', `End limit ${limit.number}`, () => ask('revoke', { by, limit })) : nothing}</span>
      </li>`;
    })}</ul>
  </section>`;
}

export function channels({ data, now, ask, actsFor, signs, voucher }) {
  return html`<section class="panel" aria-labelledby="channels-title">
    <div class="head"><h2 id="channels-title">Payment channels</h2><span class="muted">${data.channels.length || nothing}</span></div>
    ${data.channels.length === 0 ? html`<p class="hint">None. A channel is for many small payments, per kWh, litre or minute: a deposit on the ledger, and signed vouchers beside it.</p>` : nothing}
    <ul>${data.channels.map((channel) => {
      const { number } = channel;
      const pays = actsFor(channel.payer);
      const gets = actsFor(channel.payee);
      const closing = channel.closesMs !== undefined;
      return html`<li class="promise">
        <span><a href="/ledger#subject/channel/${number}">Channel ${number}</a>: <strong>${sum(channel.deposit)} ${channel.asset}</strong> from ${accountLink(channel.payer)} to ${accountLink(channel.payee)} <span class="muted">${signs(channel) ? 'this browser signs its vouchers' : html`vouchers by key <code>${channel.key.slice(0, 16)}</code>`}</span></span>
        <span>${sum(channel.shown)} shown to the ledger <span class=${closing ? 'warn' : 'muted'}>${closing ? html`closing: settled ${until(channel.closesMs, now)}` : html`ends ${until(channel.expiryMs, now)}`}</span></span>
        <span class="buttons">
          ${signs(channel) && !closing ? button('Voucher…', `Sign a voucher of channel ${number}`, () => voucher(channel)) : nothing}
          ${pays && !closing ? button('Put in more…', `Put more into channel ${number}`, () => ask('topUp', { by: pays, channel })) : nothing}
          ${gets || (pays && !closing) ? button('Close…', `Close channel ${number}`, () => ask('close', { by: gets ?? pays, channel })) : nothing}
        </span>
      </li>`;
    })}</ul>
  </section>`;
}

