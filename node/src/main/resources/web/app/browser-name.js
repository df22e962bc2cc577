// What people call a browser, out of what it says of itself.
const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
];

const found = (list, agent) => list.find(([pattern]) => pattern.test(agent))?.[1];

/** “Firefox on Linux”, or what it said where that is something else. */
export function browser(agent) {
  const name = found(BROWSERS, agent);
  const system = found(SYSTEMS, agent);
  return name ? (system ? `${name} on ${system}` : name) : agent.slice(0, 40) || 'a browser';
}
