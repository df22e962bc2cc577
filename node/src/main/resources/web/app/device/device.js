// This browser as a device: signs what is measured, keeps it until the node has it, and sends in order. Only one of its
// tabs or windows does so at a time; the next takes over when that one is closed.
import { claim } from './claim.js';
import { Buffer } from './buffer.js';
import { signFrame } from './frames.js';
import { makeKey } from './key.js';
import { encode } from './senml.js';
import { send } from './sender.js';

const LOCK = 'thingstead-device';
const AT_ONCE = 64;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/** Tells 'change' whenever something of it is another. */
export class BrowserDevice extends EventTarget {
  /** {device, ledger, key, last, acknowledged, refused}; null where this browser is none. */
  self = null;
  waiting = 0;
  /** Whether this tab is the one that signs and sends. */
  isMine = false;
  /** The newest receipt, with what was measured. */
  newest = null;
  trouble = '';
  #buffer;
  #measuring = Promise.resolve();
  #sending = false;
  #pauseMs = FIRST_PAUSE_MS;
  #measured = new Map();

  constructor(buffer) {
    super();
    this.#buffer = buffer;
  }

  static async open() {
    const device = new BrowserDevice(await Buffer.open());
    await device.#read();
    if (!device.self) await device.#resume();
    navigator.locks.request(LOCK, () => device.#own());
    return device;
  }

  /** From here on this tab is the one, until it is closed. */
  async #own() {
    await this.#read();
    this.isMine = true;
    this.#changed();
    this.#pump();
    return new Promise(() => {});
  }

  async #read() {
    this.self = (await this.#buffer.self()) ?? null;
    this.waiting = await this.#buffer.waiting();
    this.#changed();
  }

  /** Makes a key here, keeps it, and claims the name that the code is for. What a crash breaks off, the next start ends. */
  async claim(code) {
    const pending = await this.#buffer.pending();
    const key = pending?.code === code ? pending.key : await makeKey();
    // Crash point: a key that nobody knows, or one that the node has registered and waits for: the same code ends it.
    await this.#buffer.claiming({ code, key });
    try {
      const { device, ledger } = await claim(code, key);
      await this.#buffer.begin({ device, ledger, key, last: 0, acknowledged: 0, refused: 0 });
    } catch (error) {
      // the node said no: nothing is left to end
      if (error.code) await this.#buffer.claiming(null);
      throw error;
    }
    // else the browser may clear it when space is short
    navigator.storage?.persist?.();
    await this.#read();
  }

  async #resume() {
    const pending = await this.#buffer.pending();
    if (pending) await this.claim(pending.code).catch((error) => (this.trouble = error.message));
  }

  /** Signs readings as one frame; resolves when it is on disk, to its number, or null when too many wait. */
  measure(readings) {
    const result = this.#measuring.then(() => this.#measure(readings));
    this.#measuring = result.catch(() => {});
    return result;
  }

  async #measure(readings) {
    const { self } = this;
    if (!self || !this.isMine) return null;
    const n = self.last + 1;
    const frame = await signFrame(self.key, self.ledger, n, encode(readings));
    const kept = await this.#buffer.keep(n, frame);
    if (!kept) {
      this.trouble = 'Too much waits to be sent: nothing is measured until the node takes it.';
      this.#changed();
      return null;
    }
    // Crash point: the frame is on disk with its number and was not sent; it is sent at the next start.
    self.last = n;
    this.waiting++;
    this.#measured.set(n, readings);
    this.#changed();
    this.#pump();
    return n;
  }

  async #pump() {
    if (this.#sending || !this.isMine) return;
    this.#sending = true;
    try {
      for (let frames = await this.#buffer.oldest(AT_ONCE); frames.length > 0; frames = await this.#buffer.oldest(AT_ONCE)) {
        if (!(await this.#sendAll(frames))) await new Promise((resolve) => setTimeout(resolve, this.#nextPause()));
        if (!this.self) return;
      }
    } catch (error) {
      this.trouble = String(error.message ?? error);
    } finally {
      this.#sending = false;
      this.#changed();
    }
  }

  #nextPause() {
    const pause = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, pause * 2);
    return pause;
  }

  /** Whether all found an end. */
  async #sendAll(frames) {
    const outcomes = await send(frames.map(([, frame]) => frame));
    const kept = frames.filter((_, i) => outcomes[i].receipt).map(([n]) => n);
    if (kept.length > 0) {
      this.#pauseMs = FIRST_PAUSE_MS;
      await this.#buffer.done(kept);
      this.self.acknowledged += kept.length;
      this.#remember(outcomes.findLast(({ receipt }) => receipt).receipt);
    }
    this.trouble = '';
    for (const [i, { refused, later }] of outcomes.entries()) {
      if (later) this.trouble = later;
      if (!refused) continue;
      await this.#buffer.refuse(...frames[i], refused.code, refused.text);
      this.self.refused++;
      this.trouble = `frame ${frames[i][0]} was refused: ${refused.text} (${refused.code})`;
    }
    this.waiting = await this.#buffer.waiting();
    this.#changed();
    return outcomes.every(({ later }) => !later);
  }

  #remember(receipt) {
    const readings = this.#measured.get(receipt.n);
    if (readings) this.newest = { receipt, readings };
    for (const n of this.#measured.keys()) if (n <= receipt.n) this.#measured.delete(n);
  }

  /** This browser is no device any more; its key is gone. */
  async forget() {
    await this.#buffer.forget();
    this.newest = null;
    this.trouble = '';
    await this.#read();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
