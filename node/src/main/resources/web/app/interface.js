// What programs may ask of the node, out of its own OpenAPI document: every route, with its parameters, a button that sends it, and
// what came back.
import { LitElement, html, nothing } from 'lit';
import { getJson } from './ask.js';

/** More of an answer is not shown. */
const MOST_SHOWN = 20_000;
/** Of an answer that does not end by itself, what comes in this time. */
const LISTEN_MS = 3_000;

class Interface extends LitElement {
  static properties = { document: { state: true }, problem: { state: true }, wanted: { state: true }, answers: { state: true } };

  constructor() {
    super();
    this.document = null;
    this.problem = '';
    this.wanted = '';
    this.answers = new Map();
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    getJson('/api/openapi.json').then((document) => (this.document = document), (error) => (this.problem = error.message));
  }

  render() {
    if (!this.document) return html`<section class="panel"><p class="hint" role="status">${this.problem || 'Asking the node…'}</p></section>`;
    const all = operations(this.document);
    const fitting = all.filter(({ method, path, said }) => `${method} ${path} ${said.summary}`.toLowerCase().includes(this.wanted.toLowerCase()));
    const parts = Map.groupBy(fitting, ({ said }) => said.tags[0]);
    return html`
      <section class="panel" aria-labelledby="interface-title">
        <div class="head"><h2 id="interface-title">What programs may ask</h2><span class="muted">${fitting.length === all.length ? all.length : `${fitting.length} of ${all.length}`} routes</span></div>
        <p class="hint">All of it stands in one <a href="/api/openapi.json">OpenAPI 3.1 document</a>, from which clients are made. What is refused is a problem with a code that stays the same.</p>
        <p class="hint"><label for="wanted">Find</label> <input id="wanted" type="search" autocomplete="off" spellcheck="false" maxlength="100" placeholder="Path, method, or a word" @input=${(event) => (this.wanted = event.target.value)} /></p>
        ${fitting.length === 0 ? html`<p class="hint" role="status">No route has these words.</p>` : nothing}
      </section>
      ${[...parts.keys()].sort().map((part) => html`<section class="panel" aria-label=${part}><div class="head"><h2>${part}</h2></div>${parts.get(part).map((operation) => this.operation(operation))}</section>`)}
    `;
  }

  operation({ id, method, path, said }) {
    return html`<details class="route">
      <summary><span class="method">${method}</span> <code>${path}</code> <span class="muted">${said.summary}</span></summary>
      ${said.description ? html`<p class="hint">${said.description}</p>` : nothing}
      <form @submit=${(event) => this.send(event, { id, method, path, said })}>
        ${said.parameters.map((parameter) => field(id, parameter))}
        ${said.requestBody ? body(id, said.requestBody) : nothing}
        <p class="hint buttons"><button type="submit" class="button strong">Send</button> ${said['x-need'] ? html`<span class="muted">needs “${said['x-need']}”</span>` : nothing}</p>
      </form>
      <p class="hint muted">Refused with: ${codes(said, this.document).join(', ')}</p>
      <div role="status">${answer(this.answers.get(id))}</div>
    </details>`;
  }

  async send(event, { id, method, path, said }) {
    event.preventDefault();
    const form = new FormData(event.target);
    const request = { method, headers: {} };
    const query = new URLSearchParams();
    let address = path;
    for (const { name, in: place } of said.parameters) {
      const given = form.get(place + ' ' + name) ?? '';
      if (place === 'path') address = address.replace(`{${name}}`, name === 'path' ? given : encodeURIComponent(given));
      else if (given !== '' && place === 'query') query.set(name, given);
      else if (given !== '' && place === 'header') request.headers[name] = given;
    }
    if (said.requestBody) {
      request.body = form.get('body');
      request.headers['Content-Type'] = Object.keys(said.requestBody.content)[0];
    }
    if (query.size > 0) address += '?' + query;
    this.show(id, { asked: `${method} ${address}` });
    this.show(id, { asked: `${method} ${address}`, ...(await came(address, request)) });
  }

  show(id, found) {
    this.answers = new Map(this.answers).set(id, found);
  }
}

function operations({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, said]) => ({ id: said.operationId, method: method.toUpperCase(), path, said })));
}

function field(id, { name, in: place, required, description, schema, example }) {
  const field = `${id}-${place}-${name}`;
  const shown = Array.isArray(example) ? example.join(',') : (example ?? '');
  const bounds = schema.type === 'integer' ? `${schema.minimum} to ${schema.maximum}` : (schema.enum ?? []).join(', ');
  return html`<div class="ask"><label for=${field}><code>${name}</code>${required ? html` <span class="muted">(needed)</span>` : nothing}</label>
    <input id=${field} name="${place} ${name}" autocomplete="off" spellcheck="false" ?required=${required} .value=${required ? String(shown) : ''} placeholder=${String(schema.default ?? shown)} aria-describedby="${field}-says" />
    <span id="${field}-says" class="muted">${description}${bounds ? ` ${bounds}.` : ''}</span></div>`;
}

function body(id, { content }) {
  const [[mediaType, { example }]] = Object.entries(content);
  const text = example === undefined ? '' : JSON.stringify(example, null, 2);
  return html`<div class="ask"><label for="${id}-body">Body <span class="muted">${mediaType}</span></label><textarea id="${id}-body" name="body" rows=${Math.min(12, text.split('\n').length + 1)} spellcheck="false" .value=${text}></textarea></div>`;
}

/** All codes of problems that a route may answer with. */
function codes({ responses }, document) {
  return [...new Set(Object.values(responses).flatMap((response) => {
    const found = response.$ref ? document.components.responses[response.$ref.split('/').at(-1)] : response;
    return found.content?.['application/problem+json']?.schema.allOf[1].properties.code.enum ?? [];
  }))].sort();
}

async function came(address, request) {
  const began = performance.now();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LISTEN_MS);
  try {
    const response = await fetch(address, { ...request, signal: stop.signal });
    const type = response.headers.get('Content-Type') ?? '';
    // Only what does not end by itself is cut off.
    if (!type.startsWith('text/event-stream')) clearTimeout(timer);
    const text = await content(response, type);
    return { status: response.status, type, text, tookMs: Math.round(performance.now() - began) };
  } catch {
    return { status: 0, type: '', text: 'The node did not answer in time, or cannot be reached.', tookMs: Math.round(performance.now() - began) };
  }
}

async function content(response, type) {
  if (type.startsWith('text/event-stream')) return listened(response.body.getReader());
  if (/json/.test(type) && !/x-ndjson/.test(type)) {
    const text = await response.text();
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return text;
    }
  }
  if (type.startsWith('text/') || type === '' || /ndjson/.test(type)) return response.text();
  return `${(await response.arrayBuffer()).byteLength} bytes that are no text`;
}

async function listened(reader) {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let part = await reader.read(); !part.done && text.length < MOST_SHOWN; part = await reader.read()) text += decoder.decode(part.value, { stream: true });
  } catch {
    // Its time is over.
  }
  return text;
}

function answer(found) {
  if (!found) return nothing;
  if (found.status === undefined) return html`<p class="hint">${found.asked} …</p>`;
  const isGood = found.status >= 200 && found.status < 300;
  return html`<p class="hint"><strong class=${isGood ? 'good' : 'bad'}><span aria-hidden="true">${isGood ? '✓' : '✕'}</span> ${found.status || 'no answer'}</strong> <code>${found.asked}</code> <span class="muted">${found.type} · ${found.tookMs} ms</span></p>
    <pre class="came" tabindex="0" aria-label="Answer">${found.text.slice(0, MOST_SHOWN)}${found.text.length > MOST_SHOWN ? `\n… ${found.text.length - MOST_SHOWN} more characters` : ''}</pre>`;
}

customElements.define('ts-interface', Interface);
