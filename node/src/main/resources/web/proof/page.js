// The proof page: takes a proof file and a trust file, and shows what came of checking them. Nothing leaves the page.
import { element } from './dom.js';
import { showReport } from './report.js';
import { verifyProof } from './verify.js';

const MAX_BYTES = 1 << 20;
const OWN_FILE = {
  advice: 'You must know that this file is the right one: whoever can slip you a false one can make you believe anything.',
};
const NODES_FILE = {
  text: 'came from this very node',
  advice:
    'So this check says that the proof fits what this node says of itself. To depend on nobody, use a trust file that you got in another way.',
};

class ProofCheck extends HTMLElement {
  connectedCallback() {
    this.files = { proof: null, trust: null };
    this.origin = null;
    this.result = element('div', { class: 'result', role: 'status', 'aria-live': 'polite' });
    this.append(
      element(
        'div',
        { class: 'inputs' },
        this.drop('proof', 'Proof', 'a .proof.json file'),
        this.drop('trust', 'Trust', 'a .trust.json file'),
      ),
      this.result,
    );
    this.say('Drop a proof file and a trust file above.');
    this.preload();
  }

  /** A place that takes a file by drop, choice or paste. */
  drop(kind, title, what) {
    const note = element('p', { class: 'muted', id: kind + '-note' }, 'Drop or choose ' + what);
    const input = element('input', {
      type: 'file',
      id: kind + '-file',
      'aria-describedby': kind + '-note',
      // so that the same file can be chosen again after it changed
      onclick: () => (input.value = ''),
      onchange: () => input.files[0] && this.takeFile(kind, input.files[0]),
    });
    const paste = element('textarea', {
      rows: '4',
      spellcheck: 'false',
      'aria-label': 'Text of the ' + kind + ' file',
      oninput: () => this.take(kind, new TextEncoder().encode(paste.value), 'was pasted by you'),
    });
    const place = element(
      'section',
      {
        class: 'panel drop',
        ondragover: (event) => {
          event.preventDefault();
          place.classList.add('over');
        },
        ondragleave: () => place.classList.remove('over'),
        ondrop: (event) => {
          event.preventDefault();
          place.classList.remove('over');
          if (event.dataTransfer.files[0]) this.takeFile(kind, event.dataTransfer.files[0]);
        },
      },
      element('h2', {}, element('label', { for: kind + '-file' }, title)),
      note,
      input,
      element('details', {}, element('summary', {}, 'Paste the text instead'), paste),
      kind === 'trust' && this.served() ? element('button', { type: 'button', onclick: () => this.takeNodesTrust() }, "Use this node's own") : null,
    );
    this['note_' + kind] = note;
    return place;
  }

  served() {
    return location.protocol.startsWith('http');
  }

  async takeFile(kind, file) {
    if (file.size > MAX_BYTES) return this.say(file.name + ' is far too large for a ' + kind + ' file.');
    this.take(kind, new Uint8Array(await file.arrayBuffer()), 'is ' + file.name + ', chosen by you');
  }

  take(kind, bytes, from) {
    this.files[kind] = bytes;
    this['note_' + kind].textContent = bytes.length + ' bytes; it ' + from;
    if (kind === 'trust') this.origin = { text: 'that ' + from, ...OWN_FILE };
    this.check();
  }

  async takeNodesTrust() {
    const bytes = await this.fetchFile('/api/trust');
    if (bytes === null) return;
    this.take('trust', bytes, 'came from this node');
    this.origin = NODES_FILE;
    this.check();
  }

  /** `?proof=/api/proofs/…` shows a proof of the node that serves this page. Files are fetched, then checked without network. */
  async preload() {
    const path = new URLSearchParams(location.search).get('proof');
    if (!this.served() || !path?.startsWith('/api/proofs')) return;
    const bytes = await this.fetchFile(path);
    if (bytes === null) return;
    this.take('proof', bytes, 'came from this node');
    await this.takeNodesTrust();
  }

  async fetchFile(path) {
    try {
      const answer = await fetch(path);
      if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
      const problem = await answer.json().catch(() => ({}));
      this.say('This node has no ' + path + ': ' + (problem.detail ?? answer.status));
    } catch {
      this.say('This node cannot be reached.');
    }
    return null;
  }

  async check() {
    const { proof, trust } = this.files;
    if (!proof?.length || !trust?.length) {
      return this.say(proof?.length ? 'Now the trust file: it says whose signatures you believe.' : 'Now the proof file.');
    }
    const origin = this.origin;
    const report = await verifyProof(proof, trust);
    // A file that came meanwhile starts its own check, whose result must not be overwritten.
    if (proof !== this.files.proof || trust !== this.files.trust || origin !== this.origin) return;
    this.result.replaceChildren(showReport(report, origin, Date.now()));
    this.dataset.verdict = report.verdict;
  }

  say(text) {
    this.result.replaceChildren(element('p', { class: 'hint' }, text));
    delete this.dataset.verdict;
  }
}

customElements.define('proof-check', ProofCheck);
