// What somebody typed and has not brought onto the ledger: kept while this tab of the browser is open.

const KEY = 'contract-draft/';

/** What was typed for this template, or null. */
export function kept(template) {
  try {
    const { text, values, ...more } = JSON.parse(sessionStorage.getItem(KEY + template));
    return typeof text === 'string' ? { text, values: values ?? {}, ...more } : null;
  } catch {
    return null;
  }
}

export function keep(template, what) {
  try {
    sessionStorage.setItem(KEY + template, JSON.stringify({ ...kept(template), ...what }));
  } catch {
    // Where nothing may be kept, nothing is.
  }
}

export function forget(template) {
  try {
    sessionStorage.removeItem(KEY + template);
  } catch {
    // It was not kept.
  }
}
