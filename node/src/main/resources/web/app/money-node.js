// What somebody wants done with money or on the market, asked of the node, which signs it with the member’s authority.
import { postJson } from './ask.js';

/** For each wish: the path, and what of it goes along. */
const ROUTES = {
  'create-asset': ({ code, decimals }) => ['/api/assets', { code, decimals }],
  issue: ({ asset, to, amount }) => [`/api/assets/${asset}/issue`, { to, amount }],
  redeem: ({ asset, amount }) => [`/api/assets/${asset}/redeem`, { amount }],
  'open-account': ({ key, possession }) => ['/api/wallets', { key, possession }],
  transfer: ({ from, to, asset, amount, limit }) => ['/api/transfers', { from, to, asset, amount, limit }],
  hold: ({ from, payee, asset, amount, forMs }) => ['/api/holds', { from, payee, asset, amount, forMs }],
  capture: ({ number, amount }) => [`/api/holds/${number}/capture`, { amount }],
  release: ({ number }) => [`/api/holds/${number}/release`],
  'set-limit': ({ owner, spender, asset, perDay, atOnce, purpose, payees, forMs }) => ['/api/limits', { owner, spender, asset, perDay, atOnce, purpose, payees, forMs }],
  'revoke-limit': ({ number }) => [`/api/limits/${number}/revoke`],
  'open-channel': ({ payer, payee, asset, deposit, key, forMs, windowMs }) => ['/api/channels', { payer, payee, asset, deposit, key, forMs, windowMs }],
  'top-up-channel': ({ number, amount }) => [`/api/channels/${number}/top-up`, { amount }],
  'publish-offer': ({ offer }) => ['/api/offers', offer],
  'withdraw-offer': ({ number }) => [`/api/offers/${number}/withdraw`],
  'take-offer': ({ offer, asked }) => [`/api/offers/${offer}/take`, asked],
  'close-channel': ({ number, voucher }) => [`/api/channels/${number}/close`, { voucher }],
};

/** What happened, or an error that says what the ledger says. */
export const byNode = (wish) => postJson(...ROUTES[wish.does](wish));
