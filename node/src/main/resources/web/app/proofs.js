// Proofs that this page asked for: made by the node, checked here, in the browser, by the verifier that the proof page
// uses.
import { verifyProof } from '/proof/verify.js';
import { getJson } from './ask.js';
import { store } from './store.js';

const KEPT = 200;
const HOLDERS_EVERY_MS = 2000;

class Proofs {
  #checks = new Map();
  #listeners = new Set();
  shown = null;

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get(index) {
    return this.#checks.get(index);
  }

  /** Checks a reading's proof, unless that was done, and shows what came of it. */
  async show(reading) {
    const known = this.#checks.get(reading.index);
    if (known && known.state !== 'failed') {
      this.shown = { ...known, reading };
      this.#tell();
      this.#findHolders();
      return;
    }
    this.#put(reading.index, { state: 'checking', reading });
    const check = await examine(reading).catch((error) => ({ state: 'failed', text: 'The node cannot be reached: ' + error.message }));
    this.#put(reading.index, { ...check, reading });
    this.shown = this.#checks.get(reading.index);
    this.#tell();
    this.#findHolders();
  }

  /** Which members hold the leaf grows with time, so it is asked while a proof is shown until all do. */
  async #findHolders() {
    const { shown } = this;
    const { member, log } = store.status ?? {};
    if (!member || shown.state === 'failed') return;
    const holdings = await getJson(`/api/holdings?log=${member}/${log.origin.split('/').pop()}&index=${shown.reading.index}`).catch(() => null);
    if (!holdings || this.shown !== shown) return;
    shown.holdings = holdings;
    this.#tell();
    if (holdings.holders.length < holdings.members) setTimeout(() => this.shown === shown && this.#findHolders(), HOLDERS_EVERY_MS);
  }

  close() {
    this.shown = null;
    this.#tell();
  }

  #put(index, check) {
    this.#checks.set(index, check);
    if (this.#checks.size > KEPT) this.#checks.delete(this.#checks.keys().next().value);
    this.#tell();
  }

  #tell() {
    this.#listeners.forEach((listener) => listener());
  }
}

async function examine({ index }) {
  const asked = performance.now();
  const [proof, trust] = await Promise.all([getBytes('/api/proofs?index=' + index), getBytes('/api/trust')]);
  const problem = proof.problem ?? trust.problem;
  if (problem) return { state: 'failed', text: problem };
  const got = performance.now();
  const report = await verifyProof(proof.bytes, trust.bytes);
  return {
    state: report.verdict === 'proven' || report.verdict === 'proven-by-one-member' ? 'proven' : 'false',
    report,
    files: { proof: proof.bytes, trust: trust.bytes },
    madeMs: got - asked,
    checkedMs: performance.now() - got,
  };
}

async function getBytes(path) {
  const answer = await fetch(path);
  if (answer.ok) return { bytes: new Uint8Array(await answer.arrayBuffer()) };
  const { detail, code } = await answer.json().catch(() => ({}));
  return { problem: detail ? `${detail} (${code})` : 'the node answered ' + answer.status };
}

export const proofs = new Proofs();
