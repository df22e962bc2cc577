// The accounts and devices that forms suggest: of this member, and of the others on its ledger.
import { getJson } from './ask.js';

/** What cannot be had now is not suggested. */
export async function knownAccounts() {
  const [consortium, { things }] = await Promise.all([getJson('/api/consortium').catch(() => ({ members: [] })), getJson('/api/things?limit=200').catch(() => ({ things: [] }))]);
  const own = things.filter((thing) => thing['ts:member'] === consortium.member).map(({ title }) => title);
  const members = consortium.members.filter(({ removed }) => !removed).map(({ name }) => 'member/' + name);
  return { devices: things.map(({ title }) => title), own, accounts: [...members, ...own.map((device) => 'device/' + device)] };
}
