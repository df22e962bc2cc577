// A rule as the form shows it, and as the node wants it.

/** What can be looked for: its name, what people read, and the fields it needs; `?` where one may be left out. */
export const KINDS = [
  ['above', 'a value above a limit', 'quantity', 'unit', 'above', 'clear'],
  ['below', 'a value below a limit', 'quantity', 'unit', 'below', 'clear'],
  ['outside', 'a value outside a span', 'quantity', 'unit', 'low', 'high', 'clear_low', 'clear_high'],
  ['is', 'a flag or text', 'quantity', 'is'],
  ['silent', 'missing readings', 'silent', 'quantity?'],
  ['leaves', 'a place outside a circle', 'lat', 'lon', 'radius_m', 'clear_margin_m'],
  ['enters', 'a place inside a circle', 'lat', 'lon', 'radius_m', 'clear_margin_m'],
  ['leaves-area', 'a place outside an area', 'polygon', 'clear_margin_m'],
  ['enters-area', 'a place inside an area', 'polygon', 'clear_margin_m'],
  ['peak', 'a jolt', 'quantity', 'unit', 'peak'],
  ['anomaly', 'anything unusual', 'quantity', 'anomaly'],
  ['change', 'a sudden change', 'quantity', 'unit', 'change', 'within'],
];

function kindOf(rule) {
  if (rule.area) return (rule.side === 'inside' ? 'enters' : 'leaves') + (rule.area.polygon ? '-area' : '');
  return ['above', 'below', 'outside', 'is', 'silent', 'peak', 'change', 'anomaly'].find((key) => rule[key] !== undefined) ?? 'above';
}

export function formOf(rule) {
  const { area, outside, clear, devices, ...plain } = rule;
  const form = { ...plain, kind: kindOf(rule), devices: devices ? [devices].flat().join(', ') : '' };
  if (outside) {
    [form.low, form.high] = outside;
    [form.clear_low, form.clear_high] = clear ?? [];
  } else form.clear = [clear].flat()[0];
  if (area) {
    Object.assign(form, area);
    form.polygon = area.polygon?.map((corner) => corner.join(', ')).join('; ');
  }
  return form;
}

/** @param before the rule that is changed: what the form does not show stays */
export function ruleOf(form, before = {}) {
  const { kind } = form;
  const rule = { severity: form.severity };
  if (form.name?.trim()) rule.name = form.name.trim();
  if (form.notify?.length) rule.notify = form.notify;
  if (before.on === false) rule.on = false;
  const devices = words(form.devices);
  if (devices.length > 0) rule.devices = devices;
  for (const key of ['quantity', 'unit', 'silent', 'within', 'for', 'clear_after']) if (form[key]?.trim()) rule[key] = form[key].trim();
  for (const key of ['above', 'below', 'peak', 'change', 'anomaly', 'clear_margin_m']) if (form[key]?.trim()) rule[key] = number(form[key]);
  if (kind === 'outside') {
    rule.outside = [number(form.low), number(form.high)];
    if (form.clear_low?.trim() || form.clear_high?.trim()) rule.clear = [number(form.clear_low?.trim() || form.low), number(form.clear_high?.trim() || form.high)];
  } else if (form.clear?.trim()) rule.clear = number(form.clear);
  if (kind === 'is') rule.is = { true: true, false: false }[form.is.trim()] ?? form.is.trim();
  if (kind.startsWith('leaves') || kind.startsWith('enters')) {
    rule.area = kind.endsWith('-area') ? { polygon: corners(form.polygon) } : { lat: number(form.lat), lon: number(form.lon), radius_m: number(form.radius_m) };
    rule.side = kind.startsWith('enters') ? 'inside' : 'outside';
  }
  return rule;
}

const words = (text = '') => text.split(',').map((word) => word.trim()).filter(Boolean);

function number(text) {
  const value = Number(String(text).trim().replace(/^−/, '-'));
  if (String(text).trim() === '' || !Number.isFinite(value)) throw new Error(`“${text}” is no number.`);
  return value;
}

const corners = (text) => text.split(';').filter((corner) => corner.trim()).map((corner) => corner.split(',').map(number));
