// Passkeys in this browser: made and proven by the person's own device, for this site alone.

/** Why this page cannot use passkeys here; empty where it can. */
export function hindrance() {
  if (!window.isSecureContext) return 'Browsers use passkeys over HTTPS only, and this page came over plain HTTP.';
  if (/^[\d.]+$|^\[/.test(location.hostname)) return `Browsers bind passkeys to a name, and this page was opened by a number: open it as http://localhost${location.port && ':' + location.port}, or under this machine's name over HTTPS.`;
  if (!window.PublicKeyCredential) return 'This browser has no passkeys.';
  return '';
}

/** Makes one; `options` as the node gives them. */
export async function make({ challenge, user, excludeCredentials, ...options }) {
  const credential = await asked(() =>
    navigator.credentials.create({
      publicKey: { ...options, challenge: bytes(challenge), user: { ...user, id: bytes(user.id) }, excludeCredentials: excludeCredentials.map(({ type, id }) => ({ type, id: bytes(id) })) },
    }),
  );
  const { clientDataJSON, attestationObject } = credential.response;
  return { clientDataJSON: text(clientDataJSON), attestationObject: text(attestationObject) };
}

/** Proves one, whichever the person chooses. */
export async function prove({ challenge, ...options }) {
  const { rawId, response } = await asked(() => navigator.credentials.get({ publicKey: { ...options, challenge: bytes(challenge) } }));
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return { id: text(rawId), clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature), userHandle: text(userHandle ?? new ArrayBuffer(0)) };
}

async function asked(what) {
  try {
    return await what();
  } catch (error) {
    if (error.name === 'InvalidStateError') throw new Error('This device has a passkey for this node already: sign in with it.');
    if (error.name === 'NotAllowedError') throw new Error('No passkey was used: it was put off, or took too long. Try again.');
    throw new Error('The passkey could not be used: ' + error.message);
  }
}

const bytes = (base64Url) => Uint8Array.from(atob(base64Url.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
