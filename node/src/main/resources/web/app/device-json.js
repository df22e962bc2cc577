// A device as the node tells of it, with its readings by name and the way it went.

const TRAIL = 60;

/** `before`: what was known of it until now. */
export function deviceOf(json, before) {
  const device = { ...json, readings: new Map(json.readings.map((reading) => [reading.name, reading])), trail: before?.trail ?? [] };
  walk(device);
  return device;
}

export function mergeDevice(device, news) {
  const { readings, role, label, ...facts } = news;
  Object.assign(device, facts);
  for (const reading of readings) device.readings.set(reading.name, reading);
  walk(device);
}

/** Remembers where the device was. */
function walk({ position, trail }) {
  const last = trail.at(-1);
  if (!position || (last && last.lat === position.lat && last.lon === position.lon)) return;
  trail.push(position);
  if (trail.length > TRAIL) trail.shift();
}
