// Outlines of the world (Natural Earth, as TopoJSON) as paths in Web Mercator, where the world is the unit square.

const FILES = {
  world: { url: '/lib/plotly.js/topojson/world_50m.json', box: [-180, -85, 180, 85] },
  europe: { url: '/lib/plotly.js/topojson/europe_50m.json', box: [-30, 5, 60, 80] },
};
const LAYERS = ['land', 'lakes', 'rivers', 'countries'];

export const mercatorX = (lon) => (lon + 180) / 360;
export function mercatorY(lat) {
  const bounded = Math.max(-85.05, Math.min(85.05, lat));
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + (bounded * Math.PI) / 360)) / (2 * Math.PI);
}

export const lonAt = (x) => Math.max(-180, Math.min(180, x * 360 - 180));
export const latAt = (y) => Math.max(-90, Math.min(90, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI));

const loading = new Map();

/** The finest outlines that hold all of a view: the world's, or Europe's, which are drawn four times finer. */
function outlinesFor({ west, east, north, south }) {
  const [left, bottom, right, top] = FILES.europe.box;
  const inside = west > mercatorX(left) && east < mercatorX(right) && north > mercatorY(top) && south < mercatorY(bottom);
  return inside ? 'europe' : 'world';
}

/** {land, lakes, rivers, countries}: lists of {path, west, east, north, south}. */
function load(name) {
  if (!loading.has(name)) loading.set(name, fetchOutlines(FILES[name].url));
  return loading.get(name);
}

/** The outlines that fit what a view shows; until they are there, those that fitted before. */
export class Outlines {
  #name = null;
  shapes = null;

  follow(view, onLoad, onFailure) {
    const name = outlinesFor(view.box());
    if (name === this.#name) return;
    this.#name = name;
    load(name).then((shapes) => {
      if (this.#name !== name) return;
      this.shapes = shapes;
      onLoad();
    }, onFailure);
  }
}

async function fetchOutlines(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(url + ': ' + answer.status);
  const topology = await answer.json();
  const arcs = topology.arcs.map((arc) => decode(arc, topology.transform));
  return Object.fromEntries(LAYERS.map((layer) => [layer, topology.objects[layer].geometries.map((geometry) => shape(geometry, arcs))]));
}

/** An arc's points are differences in whole steps (TopoJSON §2.1.3). */
function decode(arc, { scale, translate }) {
  let x = 0;
  let y = 0;
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [mercatorX(x * scale[0] + translate[0]), mercatorY(y * scale[1] + translate[1])];
  });
}

function shape(geometry, arcs) {
  const found = { path: new Path2D(), west: 1, east: 0, north: 1, south: 0 };
  const lines = { LineString: (a) => [a], MultiLineString: (a) => a, Polygon: (a) => a, MultiPolygon: (a) => a.flat() }[geometry.type];
  const closed = geometry.type.endsWith('Polygon');
  for (const line of lines ? lines(geometry.arcs) : []) trace(found, line, arcs, closed);
  return found;
}

/** A line is a list of arcs; `~i` is arc i backwards. Neighbouring arcs share a point. What goes over the date line goes
 * on beyond the world's edge, so that it is not drawn across all of it; most of it stands in the world. */
function trace(found, line, arcs, closed) {
  const points = [];
  let turns = 0;
  for (const number of line) {
    const arc = number < 0 ? arcs[~number].toReversed() : arcs[number];
    for (let i = points.length === 0 ? 0 : 1; i < arc.length; i++) {
      const [place, y] = arc[i];
      const before = points.at(-1)?.[0] ?? place;
      if (Math.abs(place + turns - before) > 0.5) turns += place + turns < before ? 1 : -1;
      points.push([place + turns, y]);
    }
  }
  let [west, east] = [Infinity, -Infinity];
  for (const [x] of points) [west, east] = [Math.min(west, x), Math.max(east, x)];
  const aside = Math.floor((west + east) / 2);
  points.forEach(([x, y], i) => {
    if (i === 0) found.path.moveTo(x - aside, y);
    else found.path.lineTo(x - aside, y);
    found.north = Math.min(found.north, y);
    found.south = Math.max(found.south, y);
  });
  found.west = Math.min(found.west, west - aside);
  found.east = Math.max(found.east, east - aside);
  if (closed) found.path.closePath();
}
