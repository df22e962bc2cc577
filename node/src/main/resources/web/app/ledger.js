// The ledger explorer: blocks with their certificates, events in plain words, and a search. What is shown stands in the
// address after “#”, so that it can be linked to.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';
import { store } from './store.js';
import { count } from './format.js';
import { blockList, blockPage } from './ledger-blocks.js';
import { eventList, eventPage } from './ledger-events.js';
import { leafPage } from './ledger-leaf.js';

const EVERY_MS = 3000;

/** What an address asks for: the requests, and how the answers are shown. */
const VIEWS = [
  [/^block\/(\d{1,16})$/, ([height]) => [`/api/blocks/${height}`], (height, [block]) => blockPage(block)],
  [/^event\/(\d{1,16})$/, ([number]) => [`/api/events/${number}`], (number, [event]) => eventPage(event)],
  [/^blocks\/(\d{1,16})$/, ([before]) => [`/api/blocks?limit=50&before=${before}`], (before, [page]) => blockList(page, `Blocks before ${count(before)}`)],
  [/^events\/(\d{1,16})$/, ([before]) => [`/api/events?limit=50&before=${before}`], (before, [page]) => eventList(page, `Events before ${count(before)}`, (next) => '#events/' + next)],
  [
    /^subject\/((?:device|log|member|decision|asset|key|hold|limit|channel|contract|offer)\/[A-Za-z0-9:/-]{1,120}?)(?:\/before\/(\d{1,16}))?$/,
    ([subject, before]) => [`/api/events?limit=50&subject=${encodeURIComponent(subject)}${before ? '&before=' + before : ''}`],
    (subject, [page]) => eventList(page, `What the ledger tells of ${subject.replace('/', ' ')}`, (next) => `#subject/${subject}/before/${next}`),
  ],
  [/^leaf\/([a-z0-9-]{1,32}\/[1-9]\d{0,8})\/(\d{1,16})$/, ([log, index]) => [`/api/leaves?log=${encodeURIComponent(log)}&index=${index}`], (log, [leaf]) => leafPage(leaf)],
  [
    /^type\/([a-z-]{1,40})(?:\/before\/(\d{1,16}))?$/,
    ([type, before]) => [`/api/events?limit=50&type=${type}${before ? '&before=' + before : ''}`],
    (type, [page]) => eventList(page, `Events: ${type.replaceAll('-', ' ')}`, (next) => `#type/${type}/before/${next}`),
  ],
  [/^find\/(.{1,200})$/, ([asked]) => [`/api/find?q=${asked}`], (asked, [answer]) => results(plain(asked), answer)],
];

class LedgerPage extends LitElement {
  static properties = { answers: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.answers = null;
    this.problem = '';
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.follow = () => this.load(true);
    window.addEventListener('hashchange', this.follow);
    // the newest blocks move by themselves; what is old stays as it is
    this.timer = setInterval(() => document.hidden || this.view || this.load(false), EVERY_MS);
    this.forget = store.subscribe((changed) => changed.has('status') && this.requestUpdate());
    this.load(false);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener('hashchange', this.follow);
    clearInterval(this.timer);
    this.forget();
  }

  async load(moved) {
    const hash = location.hash.slice(1);
    const view = VIEWS.map(([pattern, ask, show]) => ({ found: hash.match(pattern), ask, show })).find(({ found }) => found);
    const paths = view ? view.ask(view.found.slice(1)) : ['/api/blocks?limit=15', '/api/events?limit=20'];
    this.asked = hash;
    const answers = await Promise.all(paths.map(getJson)).catch((error) => error);
    if (this.asked !== hash) return;
    this.view = view;
    this.problem = answers instanceof Error ? answers.message : '';
    this.answers = answers instanceof Error ? (moved || !this.answers ? null : this.answers) : answers;
    if (moved) {
      await this.updateComplete;
      this.querySelector('h2')?.focus();
    }
  }

  render() {
    return html`${this.search()} ${this.problem ? html`<section class="panel"><h2 class="sole" tabindex="-1">Nothing to show</h2><p class="hint" role="status">${this.problem}</p></section>` : nothing} ${this.answers ? this.content() : nothing}`;
  }

  content() {
    if (this.view) return this.view.show(this.view.found[1], this.answers);
    const [blocks, events] = this.answers;
    return html`<div class="pair">${blockList(blocks, 'Newest blocks')} ${eventList(events, 'Newest events', (next) => '#events/' + next)}</div>`;
  }

  search() {
    return html`<form class="search" role="search" @submit=${this.find}>
      <input type="search" name="q" aria-label="Search the ledger" placeholder="Number, hash, device, member, log, or type of event" maxlength="200" autocomplete="off" spellcheck="false" .value=${this.asking()} />
      <button type="submit" class="button strong">Search</button>
      ${location.hash.length > 1 ? html`<a class="button" href="/ledger#">Newest</a>` : nothing}
    </form>`;
  }

  /** The search stays in its box while its answer is shown. */
  asking() {
    const found = location.hash.match(/^#find\/(.{1,200})$/);
    return found ? plain(found[1]) : '';
  }

  find(event) {
    event.preventDefault();
    const asked = new FormData(event.target).get('q').trim();
    if (asked) location.hash = 'find/' + encodeURIComponent(asked);
  }
}

/** What stands in an address, whoever wrote it. */
function plain(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const TARGET = { block: 'block/', event: 'event/', leaf: 'leaf/', type: 'type/' };

function results(asked, { found, searched, fromLeaf }) {
  return html`<section class="panel">
    <div class="head"><h2 tabindex="-1">${found.length === 0 ? 'Nothing found' : `Found for “${asked}”`}</h2></div>
    ${found.length === 0 ? html`<p class="hint">Nothing here is called or numbered “${asked}”. A block or event is found by its number, a device by its name (“box-1” or “member:box-1”), a log by “member/1” and a leaf of it by “member/1/20”, events by their type (“revoked”), and a block, transaction, key, anchored checkpoint or leaf by eight or more hex digits of its hash.</p>` : nothing}
    <ul class="found">${found.map(({ kind, id, words }) => html`<li><a href="/ledger#${(TARGET[kind] ?? 'subject/') + id}">${kind} ${kind === 'leaf' ? id : id.replace(/^[a-z]+\//, '')}</a> <span class="muted">${words}</span></li>`)}</ul>
    ${searched ? html`<p class="hint">Hashes were looked for from block ${count(searched.fromBlock)} and event ${count(searched.fromEvent)} on; what is older is found by its number.</p>` : nothing}
    ${fromLeaf == null ? nothing : html`<p class="hint">Leaves were looked at from ${count(fromLeaf)} on.</p>`}
  </section>`;
}

customElements.define('ts-ledger', LedgerPage);
