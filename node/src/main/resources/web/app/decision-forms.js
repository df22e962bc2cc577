// What a member can propose on the page: to let in another one by its request to join, and to remove one.
import { LitElement, html, nothing } from 'lit';
import { hex, sha256 } from '/proof/bytes.js';

const MAX_BYTES = 32_000;
const FORMAT = 'thingstead-join/1';

class LetIn extends LitElement {
  static properties = { request: { state: true }, problem: { state: true }, over: { state: true }, ask: { attribute: false }, inviter: { attribute: false } };

  constructor() {
    super();
    this.inviter = '';
    this.request = null;
    this.problem = '';
    this.over = false;
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const { request } = this;
    return html`<div class="head"><h2>Let in another member</h2></div>
      <div class="drop ${this.over ? 'over' : ''}" @dragover=${this.drag} @dragleave=${() => (this.over = false)} @drop=${this.drop}>
        <label for="join-file">Its request to join (<code>….join.json</code>)</label>
        <input type="file" id="join-file" accept=".json,application/json" @change=${(event) => this.take(event.target.files[0])} />
        <p class="muted">Choose it, or drop it here. It holds public keys, each with the proof that the member has it, and no secret. Whoever is to join makes it from <a href="/api/invite" download="${this.inviter}.invite.json">this ledger's invite</a>: <code>./thingstead consortium join ${this.inviter}.invite.json <span class="whole">--member NAME</span> <span class="whole">--address HOST:26656</span> <span class="whole">--node-address HOST:7443</span></code></p>
        <div role="status">${this.problem ? html`<p class="warn">${this.problem}</p>` : nothing}${request ? html`<p><strong>${request.member}</strong> (${request.domain}), engine at ${request.address}${request.node ? `, node at ${request.node}` : ''}</p><p>Fingerprint <code>${this.fingerprint}</code>: compare it with what that member tells you itself.</p>` : nothing}</div>
        <button type="button" class="button strong" ?disabled=${!request} @click=${this.propose}>Propose…</button>
      </div>`;
  }

  drag(event) {
    event.preventDefault();
    this.over = true;
  }

  drop(event) {
    event.preventDefault();
    this.over = false;
    this.take(event.dataTransfer.files[0]);
  }

  async take(file) {
    this.request = null;
    this.problem = '';
    if (!file) return;
    try {
      if (file.size > MAX_BYTES) throw new Error('it is too large');
      const request = JSON.parse(await file.text());
      if (request?.format !== FORMAT || typeof request.member !== 'string' || !Array.isArray(request.keys)) throw new Error('another kind of file');
      this.fingerprint = await fingerprint(request);
      this.request = request;
    } catch (error) {
      this.problem = `${file.name} is no request to join: ${error.message}.`;
    }
  }

  propose() {
    const { request } = this;
    this.ask({
      title: 'Propose to let in this member?',
      words: [`Let in ${request.member} (${request.domain}), its engine at ${request.address}${request.node ? `, its node at ${request.node}` : ''}.`, `Fingerprint ${this.fingerprint}: make sure that the member itself tells you the same. The node checks that the file is whole and signed, not who sent it.`, 'Your own approval goes with the proposal.'],
      button: 'Propose',
      path: '/api/decisions',
      body: { kind: 'add', request },
      done: `To let in ${request.member} is proposed; the others find it on their pages.`,
    });
  }
}

/** By which people compare over the telephone what arrived: the start of the identity key's thumbprint. */
async function fingerprint({ keys }) {
  const identity = keys.find(({ role }) => role === 'identity');
  if (!identity) throw new Error('it has no identity key');
  return hex(await sha256(Uint8Array.from(atob(identity.key), (c) => c.charCodeAt(0)))).slice(0, 16);
}

class Remove extends LitElement {
  static properties = { members: { attribute: false }, ask: { attribute: false }, chosen: { state: true } };

  constructor() {
    super();
    this.members = [];
    this.chosen = '';
  }

  createRenderRoot() {
    return this;
  }

  render() {
    const there = this.members.filter(({ removed }) => !removed);
    return html`<div class="head"><h2>Remove a member</h2></div>
      <div class="drop">
        <label for="remove-who">Who</label>
        <select id="remove-who" .value=${this.chosen} @change=${(event) => (this.chosen = event.target.value)}>
          <option value="">Choose…</option>
          ${there.map(({ name, domain, own }) => html`<option value=${name}>${name} (${domain})${own ? ', this node' : ''}</option>`)}
        </select>
        <p class="muted">It may then neither vote nor write; what it wrote before stays, and stays provable.</p>
        <button type="button" class="button strong" ?disabled=${!this.chosen} @click=${this.propose}>Propose…</button>
      </div>`;
  }

  propose() {
    const name = this.chosen;
    this.ask({
      title: 'Propose to remove this member?',
      words: [`Remove the member ${name}.`, 'It may then neither vote nor write. Your own approval goes with the proposal.'],
      button: 'Propose',
      path: '/api/decisions',
      body: { kind: 'remove', member: name },
      done: `To remove ${name} is proposed; the others find it on their pages.`,
    });
  }
}

customElements.define('ts-let-in', LetIn);
customElements.define('ts-remove', Remove);
