// What can be done with money, each as a form, a wish made out of it, and the words in which somebody confirms it.
// `known` is what the page knows: {member, assets, accounts, balances, actsFor, reckon}.
import { accountName, accountOf, amountOf, difference, isNegative, isNothing, sum, text } from './money-words.js';
import { readVoucher } from './wallet/voucher.js';
import { base64url, wallet } from './wallet/wallet.js';

const UNITS = { min: [60_000, 'minutes'], h: [3_600_000, 'hours'], d: [86_400_000, 'days'] };
const CODE = /^[A-Z0-9]{1,12}$/;
const PURPOSE = /^[a-z0-9-]{1,32}$/;
const MOST_PAYEES = 16;

/** How long, and in words. */
export function span({ forNumber, forUnit }) {
  const [ms, words] = UNITS[forUnit];
  const number = Number(forNumber);
  if (!(number >= 1)) throw new Error('For how long? At least a minute.');
  return { forMs: Math.round(number * ms), words: `${forNumber} ${number === 1 ? words.slice(0, -1) : words}` };
}

function assetOf(known, name) {
  const asset = known.assets.find(({ asset: each }) => each === name);
  if (!asset) throw new Error('Which asset?');
  return asset;
}

export const money = (amount, asset) => `${sum(amount)} ${asset}`;

/** What the account has to spend now, where the page knows it. */
function after(known, account, asset, amount) {
  const has = known.balances(account)?.find(({ asset: each }) => each === asset)?.available;
  if (has === undefined) return [];
  const left = difference(has, amount);
  return [`${accountName(account)} has ${money(has, asset)} to spend now, ${isNegative(left) ? 'which is not enough' : `${money(left, asset)} after this`}.`];
}

const rest = ({ asset, from: payer }, left) => `${isNothing(left) ? 'That is all of it' : isNegative(left) ? 'That is more than is held' : `The rest, ${money(left, asset)}, is free again for ${accountName(payer)}`}: the hold ends with this.`;

const AMOUNT = { name: 'amount', label: 'Amount', kind: 'amount' };
const SPAN = { name: 'for', label: 'For how long', kind: 'span' };
const who = (name, label, hint) => ({ name, label, kind: 'account', hint });
const from = (name = 'from', label = 'From') => ({ name, label, kind: 'own' });
const ASSET = { name: 'asset', label: 'Asset', kind: 'asset' };

export const ACTIONS = {
  create: {
    title: 'Create an asset',
    about: 'Something that this member owes or gives: euros, points, hours. What it is worth outside the ledger is this member’s word.',
    fields: [
      { name: 'code', label: 'Code', kind: 'text', hint: '1 to 12 of A–Z and 0–9. A currency’s three letters let it stand in statements for banks.', placeholder: 'EUR', most: 12 },
      { name: 'decimals', label: 'Decimals', kind: 'count', value: 2, least: 0, most: 9 },
    ],
    wish({ code, decimals }) {
      if (!CODE.test(code)) throw new Error('A code is 1 to 12 of A–Z and 0–9.');
      return { does: 'create-asset', code, decimals: Number(decimals) };
    },
    words: ({ code, decimals }, known) => [`${known.member} issues the asset ${known.member}:${code} from now on. Amounts of it have ${decimals} decimals, for ever.`, 'There is none of it yet: issue some next.'],
    button: 'Create it',
  },
  issue: {
    title: 'Issue more',
    fields: [{ ...ASSET, kind: 'own-asset' }, AMOUNT, { ...who('to', 'To', 'Left out: this member.'), optional: true }],
    wish({ asset, amount, to }, known) {
      return { does: 'issue', asset, amount: amountOf(amount, assetOf(known, asset)), to: accountOf(to || known.member) };
    },
    words: ({ asset, amount, to }, known) => [`${money(amount, asset)} more come into being and go to ${accountName(to)}.`, `There are ${money(difference(assetOf(known, asset).issued, '-' + amount), asset)} in circulation then. ${known.member} owes what it promised for them.`],
    button: 'Issue',
  },
  redeem: {
    title: 'Redeem',
    fields: [{ ...ASSET, kind: 'own-asset' }, AMOUNT],
    wish: ({ asset, amount }, known) => ({ does: 'redeem', asset, amount: amountOf(amount, assetOf(known, asset)) }),
    words: ({ asset, amount }, known) => [`${money(amount, asset)} of what ${known.member} has are taken away: there is that much less of it.`, ...after(known, 'member/' + known.member, asset, amount)],
    button: 'Redeem',
  },
  wallet: {
    title: 'Open a wallet’s account',
    about: 'A wallet is a key that somebody keeps: a person, a program, a browser. It shows its public key and the proof that it has it; this member then hosts its account and hands in what it signs. What stands there only that key can spend.',
    fields: [
      { name: 'key', label: 'Its public key', kind: 'long', hint: 'COSE_Key in base64url. Never the private key.', most: 200 },
      { name: 'possession', label: 'Its proof of possession', kind: 'long', most: 600 },
    ],
    wish: ({ key, possession }) => ({ does: 'open-account', key: key.trim(), possession: possession.trim() }),
    words: (_, known) => [`${known.member} opens the account of this key and hosts it. It stands on the ledger for ever, with ${known.member} as its host.`],
    button: 'Open it',
  },
  send: {
    title: 'Send money',
    fields: [from(), who('to', 'To'), ASSET, AMOUNT],
    wish: (typed, known, given) => ({ does: 'transfer', from: given.from ?? typed.from, to: accountOf(typed.to), asset: typed.asset, amount: amountOf(typed.amount, assetOf(known, typed.asset)), limit: given.limit }),
    words: ({ from: payer, to, asset, amount, limit }, known) => [
      `${money(amount, asset)} go from ${accountName(payer)} to ${accountName(to)}${limit ? `, within limit ${limit}` : ''}.`,
      ...(to.startsWith('key/') ? [`The wallet is ${to}.`] : []),
      ...after(known, payer, asset, amount),
      'It cannot be called back: only who gets it can send it back.',
    ],
    button: 'Send',
  },
  hold: {
    title: 'Set money aside',
    about: 'Until its time only the payee can take it, all or a part; what it does not take is free again.',
    fields: [from(), who('payee', 'For'), ASSET, AMOUNT, SPAN],
    wish: (typed, known, given) => ({ does: 'hold', from: given.from ?? typed.from, payee: accountOf(typed.payee), asset: typed.asset, amount: amountOf(typed.amount, assetOf(known, typed.asset)), forMs: span(typed).forMs, words: span(typed).words }),
    words: ({ from: payer, payee, asset, amount, words }, known) => [`${money(amount, asset)} of ${accountName(payer)} are set aside for ${accountName(payee)}, for ${words}.`, 'Nobody but the payee can end it before.', ...after(known, payer, asset, amount)],
    button: 'Set aside',
  },
  capture: {
    title: ({ hold }) => `Take of hold ${hold.number}`,
    fields: [{ ...AMOUNT, from: ({ hold }) => hold.amount }],
    wish: ({ amount }, known, { hold }) => ({ does: 'capture', number: hold.number, amount: amountOf(amount, assetOf(known, hold.asset)), hold }),
    words: ({ amount, hold }) => [`${money(amount, hold.asset)} go from ${accountName(hold.from)} to ${accountName(hold.payee)}.`, rest(hold, difference(hold.amount, amount))],
    button: 'Take it',
  },
  release: {
    title: ({ hold }) => `Give hold ${hold.number} free`,
    wish: (_, known, { hold }) => ({ does: 'release', number: hold.number, hold }),
    words: ({ hold }) => [`${money(hold.amount, hold.asset)} are free again for ${accountName(hold.from)}. ${accountName(hold.payee)} takes nothing of it.`],
    button: 'Give it free',
  },
  limit: {
    title: 'Let another spend',
    about: 'A standing limit: another account may pay from this one, so much a day and so much at once, until it ends or is taken back.',
    fields: [
      from('owner', 'From'),
      who('spender', 'Who may spend'),
      ASSET,
      { name: 'perDay', label: 'A day', kind: 'amount' },
      { name: 'atOnce', label: 'At once', kind: 'amount' },
      { name: 'purpose', label: 'On what', kind: 'text', optional: true, placeholder: 'parking', hint: 'A word for people and programs to read; nobody checks it.', most: 32 },
      { name: 'payees', label: 'Whom it may pay', kind: 'text', optional: true, hint: 'Accounts with commas between them, at most 16; left out: anybody.', most: 1700 },
      SPAN,
    ],
    wish(typed, known, given) {
      const asset = assetOf(known, typed.asset);
      if (typed.purpose && !PURPOSE.test(typed.purpose)) throw new Error('What it is for is one word of a–z, 0–9 and “-”.');
      const payees = typed.payees ? typed.payees.split(',').map(accountOf) : undefined;
      if (payees && payees.length > MOST_PAYEES) throw new Error('A limit names at most 16 payees.');
      return { does: 'set-limit', owner: given.from ?? typed.owner, spender: accountOf(typed.spender), asset: asset.asset, perDay: amountOf(typed.perDay, asset), atOnce: amountOf(typed.atOnce, asset), purpose: typed.purpose || undefined, payees, forMs: span(typed).forMs, words: span(typed).words };
    },
    words: ({ owner, spender, asset, perDay, atOnce, purpose, payees, words }) => [
      `${accountName(spender)} may spend ${money(perDay, asset)} a day, ${money(atOnce, asset)} at once, from the account of ${accountName(owner)}, for ${words}${purpose ? ', on ' + purpose : ''}.`,
      payees ? `It may pay ${payees.map(accountName).join(', ')}.` : 'It may pay anybody.',
      'It can be taken back at any time.',
    ],
    button: 'Allow it',
  },
  revoke: {
    title: ({ limit }) => `End limit ${limit.number}`,
    wish: (_, known, { limit }) => ({ does: 'revoke-limit', number: limit.number, limit }),
    words: ({ limit }) => [`${accountName(limit.spender)} may not spend from the account of ${accountName(limit.owner)} within this limit any more.`],
    button: 'End it',
  },
  channel: {
    title: 'Open a payment channel',
    about: 'For many small payments: a deposit stands on the ledger, and vouchers over more and more of it go to the payee beside the ledger. What no voucher gives away comes back.',
    fields: [from('payer', 'From'), who('payee', 'To'), ASSET, { name: 'deposit', label: 'Deposit', kind: 'amount' }, SPAN, { name: 'window', label: 'Closing window, in minutes', kind: 'count', value: 10, least: 10, most: 525_600, hint: 'How long the payee may still show a voucher after the payer closes.' }, { name: 'key', label: 'Which key signs vouchers', kind: 'voucher-key' }],
    async wish(typed, known, given) {
      const asset = assetOf(known, typed.asset);
      const own = typed.key === 'browser';
      if (own) await wallet.make();
      const key = own ? base64url(wallet.key.cose) : typed.otherKey.trim();
      if (!key) throw new Error('Which key signs the vouchers?');
      return { does: 'open-channel', payer: given.from ?? typed.payer, payee: accountOf(typed.payee), asset: asset.asset, deposit: amountOf(typed.deposit, asset), key, forMs: span(typed).forMs, words: span(typed).words, windowMs: Number(typed.window) * 60_000, own };
    },
    words: ({ payer, payee, asset, deposit, words, own, windowMs }, known) => [
      `${money(deposit, asset)} go from ${accountName(payer)} into a channel to ${accountName(payee)}, for ${words}.`,
      `${own ? 'This browser’s key' : 'The key that you gave'} signs its vouchers. When ${accountName(payer)} closes it, ${accountName(payee)} has ${windowMs / 60_000} minutes to show the highest one.`,
      ...after(known, payer, asset, deposit),
    ],
    button: 'Open it',
  },
  topUp: {
    title: ({ channel }) => `Put more into channel ${channel.number}`,
    fields: [AMOUNT],
    wish: ({ amount }, known, { channel }) => ({ does: 'top-up-channel', number: channel.number, amount: amountOf(amount, assetOf(known, channel.asset)), channel }),
    words: ({ amount, channel }, known) => [`${money(amount, channel.asset)} more go from ${accountName(channel.payer)} into the channel: its deposit is ${money(difference(channel.deposit, '-' + amount), channel.asset)} then.`, ...after(known, channel.payer, channel.asset, amount)],
    button: 'Put it in',
  },
  close: {
    title: ({ channel }) => `Close channel ${channel.number}`,
    about: ({ channel, known }) => (known.actsFor(channel.payee) ? 'As its payee: the highest voucher is paid at once, the rest goes back.' : `As its payer: ${accountName(channel.payee)} has until the end of the window to show a higher voucher than this one; then it is settled.`),
    fields: [{ name: 'voucher', label: 'The highest voucher', kind: 'long', optional: true, hint: 'Left out: what the ledger was shown counts.', most: 200 }],
    wish({ voucher }, known, { channel }) {
      const written = voucher.trim();
      if (!written) return { does: 'close-channel', number: channel.number, channel };
      let says;
      try {
        says = readVoucher(written);
      } catch (error) {
        throw new Error(`That is no voucher: ${error.message}.`);
      }
      if (says.channel !== channel.number) throw new Error(`That voucher is for channel ${says.channel}.`);
      return { does: 'close-channel', number: channel.number, voucher: written, channel, says: text(BigInt(says.amount), assetOf(known, channel.asset).decimals) };
    },
    words: ({ channel, says }, known) => [
      says ? `The voucher says ${money(says, channel.asset)} in all for ${accountName(channel.payee)}.` : `Without a voucher: ${money(channel.shown, channel.asset)} were shown so far.`,
      known.actsFor(channel.payee) ? 'It is settled at once.' : `${accountName(channel.payee)} may show a higher voucher for ${Math.round(channel.windowMs / 60_000)} minutes; then it is settled.`,
    ],
    button: 'Close it',
  },
};
