// What the page asks of its node. Where the node asks who it is that asks, the way leads to signing in.

const SIGN_IN = ['access.sign-in', 'session.invalid'];

/** The answer, or an error that says what the node says. */
export async function getJson(path) {
  return answered(await fetch(path).catch(unreachable));
}

export const postJson = (path, body) => sendJson('POST', path, body);
export const putJson = (path, body) => sendJson('PUT', path, body);
export const deleteJson = (path) => sendJson('DELETE', path);

async function sendJson(method, path, body) {
  return answered(await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body ?? {}) }).catch(unreachable));
}

/** The answer to bytes of a media type. */
export async function sendBytes(path, body, type) {
  return answered(await fetch(path, { method: 'POST', headers: { 'Content-Type': type }, body }).catch(unreachable));
}

/** A file that the node makes, put into the reader's folder; an error says why there is none. */
export async function saveFile(path, name, body) {
  const answer = await fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }).catch(unreachable);
  if (!answer.ok) return answered(answer);
  const address = URL.createObjectURL(await answer.blob());
  Object.assign(document.createElement('a'), { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function unreachable() {
  throw new Error('The node cannot be reached.');
}

async function answered(answer) {
  const body = await answer.json().catch(() => ({}));
  if (SIGN_IN.includes(body.code) && location.pathname !== '/sign-in') location.assign('/sign-in?to=' + encodeURIComponent(location.pathname + location.search + location.hash));
  if (!answer.ok) throw Object.assign(new Error(body.detail ?? 'The node answered ' + answer.status), { status: answer.status, code: body.code });
  return body;
}
