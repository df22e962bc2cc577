// What a device that is this browser keeps in IndexedDB: its key, its last number, and the frames nobody acknowledged.
// A number is given out and its frame kept in one transaction that is on disk before anything is sent; what is signed
// and not kept was seen by nobody, so its number is still free.

const NAME = 'thingstead-device';
const SELF = 'self';
const PENDING = 'pending';
const FRAMES = 'frames';
const REFUSED = 'refused';
const MOST_WAITING = 10_000;
const MOST_REFUSED = 1_000;

export class Buffer {
  #database;

  constructor(database) {
    this.#database = database;
  }

  static async open() {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => [SELF, FRAMES, REFUSED].forEach((name) => opening.result.createObjectStore(name));
    return new Buffer(await result(opening));
  }

  /** {device, ledger, key, last, acknowledged, refused}, or undefined where this browser is no device. */
  async self() {
    return result(this.#database.transaction(SELF).objectStore(SELF).get(SELF));
  }

  /** {code, key} of a claim that did not come to its end. */
  async pending() {
    return result(this.#database.transaction(SELF).objectStore(SELF).get(PENDING));
  }

  /** Keeps a key before it is claimed with, so that none is registered that is lost. */
  async claiming(pending) {
    await this.#change([SELF], async ({ self }) => (pending ? self.put(pending, PENDING) : self.delete(PENDING)));
  }

  /** Makes this browser a device, unless it is one. */
  async begin(device) {
    await this.#change([SELF], async ({ self }) => {
      if (await result(self.get(SELF))) throw new Error('This browser is a device already.');
      self.put(device, SELF);
      self.delete(PENDING);
    });
  }

  async waiting() {
    return result(this.#database.transaction(FRAMES).objectStore(FRAMES).count());
  }

  /** The oldest that wait: [n, frame] each. */
  async oldest(limit) {
    const store = this.#database.transaction(FRAMES).objectStore(FRAMES);
    const [numbers, frames] = await Promise.all([result(store.getAllKeys(null, limit)), result(store.getAll(null, limit))]);
    return numbers.map((n, i) => [n, frames[i]]);
  }

  /** Keeps a frame with the number after the last; false when too many wait. */
  async keep(n, frame) {
    let kept = false;
    await this.#change([SELF, FRAMES], async ({ self, frames }) => {
      const known = await result(self.get(SELF));
      if (known?.last !== n - 1) throw new Error(`number ${n} does not follow: the last one is ${known?.last}`);
      if ((await result(frames.count())) >= MOST_WAITING) return;
      frames.put(frame, n);
      self.put({ ...known, last: n }, SELF);
      kept = true;
    });
    return kept;
  }

  /** Forgets frames that were acknowledged. */
  async done(numbers) {
    await this.#change([SELF, FRAMES], async ({ self, frames }) => {
      const known = await result(self.get(SELF));
      numbers.forEach((n) => frames.delete(n));
      self.put({ ...known, acknowledged: known.acknowledged + numbers.length }, SELF);
    });
  }

  /** Sets a frame aside that the node will never take. */
  async refuse(n, frame, code, text) {
    await this.#change([SELF, FRAMES, REFUSED], async ({ self, frames, refused }) => {
      const known = await result(self.get(SELF));
      frames.delete(n);
      if ((await result(refused.count())) < MOST_REFUSED) refused.put({ frame, code, text }, n);
      self.put({ ...known, refused: known.refused + 1 }, SELF);
    });
  }

  /** The key is gone after this, for good. */
  async forget() {
    await this.#change([SELF, FRAMES, REFUSED], async (stores) => Object.values(stores).forEach((store) => store.clear()));
  }

  /** One transaction, on disk when this returns. */
  async #change(names, change) {
    const transaction = this.#database.transaction(names, 'readwrite', { durability: 'strict' });
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error('not kept'));
    });
    try {
      await change(Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)])));
    } catch (error) {
      ended.catch(() => {});
      transaction.abort();
      throw error;
    }
    await ended;
  }
}

const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
