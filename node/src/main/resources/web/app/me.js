// Who has the page open, and what that one may do. Whoever may see nothing is led to sign in by what asks the node.
import { getJson } from './ask.js';

/** `kind` is `machine` where nobody has to sign in. */
export let me = { kind: 'machine', may: [] };

/** Asked once, before the page is drawn. */
export async function knowMe() {
  me = await getJson('/api/me').catch(() => me);
}

/** Whether this is shown: a need, as the node calls it (`read`, `commands`, `devices`, `alarms`, `admin`…). */
export const may = (need) => me.may.includes(need);
