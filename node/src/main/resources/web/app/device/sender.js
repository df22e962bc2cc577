// Sends frames to the node over HTTP, and says of each what became of it.

/** @returns for each frame in order {receipt}, {refused: {code, text}} or {later: why} */
export async function send(frames) {
  const [body, type] = frames.length === 1 ? [frames[0], 'application/cose'] : [new Blob(frames), 'application/cbor-seq'];
  let answer;
  try {
    answer = await fetch('/v1/frames', { method: 'POST', headers: { 'Content-Type': type }, body });
  } catch {
    return frames.map(() => ({ later: 'the node cannot be reached' }));
  }
  const told = await answer.json().catch(() => ({}));
  if (told.results?.length === frames.length) return told.results.map(outcome);
  return frames.length === 1 ? [outcome(answer.ok ? told : { status: answer.status, ...told })] : frames.map(() => ({ later: told.detail ?? 'the node answered ' + answer.status }));
}

/** A receipt or a problem. */
function outcome(told) {
  if (told.promise) return { receipt: told };
  const { status, code, detail } = told;
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429 && code !== undefined;
  return isFinal ? { refused: { code, text: detail ?? '' } } : { later: detail ?? 'the node answered ' + status };
}
