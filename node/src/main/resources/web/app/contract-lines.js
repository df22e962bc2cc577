// Readings and signatures as lines that people paste: JSON lines and CSV as an export has them.

const MOST = 2000;

/** What the dry run takes; throws where a line is none. */
export function readings(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  if (lines.length > MOST) throw new Error(`At most ${MOST} lines.`);
  if (lines.length > 0 && !lines[0].startsWith('{')) return table(lines);
  return lines.map((line, i) => {
    try {
      const { timeMs, device, name, unit, value, index } = JSON.parse(line);
      return { timeMs, device, name, unit, value, index };
    } catch {
      throw new Error(`Line ${i + 1} of the readings is not JSON.`);
    }
  });
}

function table([head, ...rows]) {
  const columns = head.split(',').map((name) => name.trim());
  const at = Object.fromEntries(['time', 'device', 'name', 'unit', 'value', 'index'].map((name) => [name, columns.indexOf(name)]));
  if ([at.time, at.device, at.name, at.value].includes(-1)) throw new Error('The first line of CSV names the columns: time,device,name,unit,value.');
  return rows.map((row, i) => {
    const cells = split(row);
    const timeMs = Date.parse(cells[at.time]);
    const text = cells[at.value]?.trim() ?? '';
    const value = text === 'true' || text === 'false' ? text === 'true' : Number(text);
    if (Number.isNaN(timeMs) || text === '' || Number.isNaN(value)) throw new Error(`Line ${i + 2} of the readings has no time or no number.`);
    const index = at.index >= 0 && cells[at.index] ? Number(cells[at.index]) : undefined;
    return { timeMs, device: cells[at.device], name: cells[at.name], unit: at.unit >= 0 ? cells[at.unit] : '', value, index };
  });
}

/** The cells of a row, of which some may stand in quotation marks (RFC 4180). */
function split(row) {
  return [...row.matchAll(/("(?:[^"]|"")*"|[^,]*)(,|$)/g)].slice(0, row.length === 0 ? 1 : undefined).map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));
}

/** “party way time” a line. */
export function signatures(text) {
  return text
    .split('\n')
    .filter((line) => line.trim())
    .map((line, i) => {
      const [party, way, time] = line.trim().split(/[\s,]+/);
      const timeMs = Date.parse(time);
      if (!way || Number.isNaN(timeMs)) throw new Error(`Signature ${i + 1}: write the party, the way on and the time, as in “driver cancelled 2026-05-01T12:00:00Z”.`);
      return { timeMs, party, way };
    });
}

/** Some lines for each stream of a contract, to be changed. */
export function example(terms, nowMs) {
  const devices = new Map(terms.filter(({ type }) => type === 'device').map(({ name, value }) => [name, value]));
  const begin = Math.floor(nowMs / 3_600_000) * 3_600_000 - 4 * 3_600_000;
  const rows = terms
    .filter(({ type }) => type === 'stream')
    .flatMap(({ device, reading, unit }) => [0, 1, 2].map((hour) => [begin + hour * 3_600_000, devices.get(device) ?? '', reading, unit, hour === 2 ? 1 : 0]));
  rows.sort(([one], [other]) => one - other);
  return ['time,device,name,unit,value', ...rows.map(([time, ...rest]) => [new Date(time).toISOString().replace('.000', ''), ...rest].join(','))].join('\n') + '\n';
}
