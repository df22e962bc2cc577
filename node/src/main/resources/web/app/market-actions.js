// What can be done on the market, each as a form, a wish made out of it, and the words in which somebody confirms it, as in
// money-actions.js. What is agreed on by a contract is read in its own words first.
import { postJson } from './ask.js';
import { first, list, plain, shortAccount } from './contract-words.js';
import { money } from './money-actions.js';
import { accountName, accountOf } from './money-words.js';
import { priceWords } from './market-words.js';
import { wallet } from './wallet/wallet.js';

const others = ({ offer, roles }) => roles.filter(({ name }) => name !== offer.party);
const open = ({ terms }) => terms.filter((term) => term.open);

/** The values of the fields whose names begin so, without those that were left out. */
const given = (typed, prefix, read = (text) => text) =>
  Object.fromEntries(
    Object.entries(typed)
      .filter(([name, text]) => name.startsWith(prefix) && text.trim())
      .map(([name, text]) => [name.slice(prefix.length), read(text.trim())]),
  );

/** Whether this member’s node signs for it. */
const isOf = (account, member) => account === 'member/' + member || account.startsWith(`device/${member}:`);

export const OFFER_ACTIONS = {
  take: {
    title: ({ shown }) => `Take offer ${shown.offer.number}`,
    about: ({ shown }) => `${shown.offer.kind} by ${shown.offer.name}, for ${priceWords(shown.offer)}. What is laid down cannot be changed; the words of the contract come next, before anything is signed.`,
    fields: ({ shown, account }) => [
      ...others(shown).map(({ name, role }, i) => ({ name: 'party-' + name, label: `Account of ${plain(name)}`, kind: 'account', value: i === 0 ? account : '', hint: role })),
      ...open(shown).map(({ name, type, value, unit }) => ({ name: 'term-' + name, label: first(plain(name)), kind: 'text', optional: true, most: 500, list: type === 'device' ? 'market-devices' : undefined, hint: `${unit || type}; left out: ${value}` })),
    ],
    async wish(typed, known, { shown }) {
      const accounts = given(typed, 'party-', accountOf);
      const by = wallet.account && Object.values(accounts).includes(wallet.account) ? 'wallet' : 'node';
      const signs = Object.keys(accounts).filter((party) => (by === 'wallet' ? accounts[party] === wallet.account : isOf(accounts[party], known.member)));
      if (signs.length === 0) throw new Error(`None of these accounts is ${known.member}’s or its devices’: who takes it is a party, and signs.`);
      const asked = { accounts, values: given(typed, 'term-') };
      const prepared = await postJson(`/api/offers/${shown.offer.number}/prepare`, asked);
      return { does: 'take-offer', by, signs, asked, shown, ...prepared };
    },
    words: ({ asked, shown, locks, signs }) => [
      `${list(Object.entries(asked.accounts).map(([party, account]) => `${accountName(account)} is ${plain(party)}`))}, ${shown.offer.name} is ${plain(shown.offer.party)}.`,
      ...locks.map(({ account, asset, amount }) => `${accountName(account)} locks up ${money(amount, asset)} when it begins.`),
      `${shown.offer.name} has signed by the offer: it begins ${signs.length < others(shown).length ? `as soon as ${list(Object.keys(asked.accounts).filter((party) => !signs.includes(party)).map(plain))} signed it, too` : 'at once'}.`,
    ],
    text: ({ words }) => words,
    agree: ({ signs }) => `${first(list(signs.map(plain)))} ${signs.length === 1 ? 'agrees' : 'agree'} to every word of it`,
    button: 'Sign and take it',
  },
  publish: {
    title: 'Offer this',
    wish: (_, known, { offer, text }) => ({ does: 'publish-offer', offer, text }),
    words: ({ offer }) => [
      `${accountName(offer.account)} offers ${offer.kind}${offer.device ? ` by ${offer.device}` : ''} for ${priceWords(offer)}, to whoever takes it.`,
      offer.url ? 'Each request is paid with a voucher of a payment channel.' : `By the offer ${accountName(offer.account)} signs every contract that takes it as it stands${offer.open.length > 0 ? `; who takes it chooses ${list(offer.open.map(plain))}` : ''}.`,
      ...(offer.url ? [] : [offer.places > 0 ? `At most ${offer.places} may run at once.` : 'Any number of them may run at once.']),
      'It can be taken back at any time; contracts that took it go on.',
    ],
    text: ({ text }) => text,
    agree: ({ offer }) => `${first(plain(offer.party))}, ${shortAccount(offer.account)}, agrees to every word of it`,
    button: 'Offer it',
  },
  withdraw: {
    title: ({ shown }) => `Take offer ${shown.offer.number} back`,
    wish: (_, known, { shown }) => ({ does: 'withdraw-offer', number: shown.offer.number, shown }),
    words: ({ shown: { offer } }) => [
      `Nobody can take ${offer.kind} from offer ${offer.number} any more.`,
      offer.running > 0 ? `${offer.running === 1 ? 'The contract that runs' : `The ${offer.running} contracts that run`} from it ${offer.running === 1 ? 'goes' : 'go'} on.` : 'No contract runs from it now.',
    ],
    button: 'Take it back',
  },
};
