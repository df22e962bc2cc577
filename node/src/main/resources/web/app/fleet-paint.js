// Paints clusters of devices: how many by number and size, how many of them are live by the coloured part of the ring.
// Who is late or silent is grey.
import { count, shortName } from './format.js';

/** Returns where each is: {at, cluster}. */
export function paintClusters(context, view, clusters, colour) {
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  const placed = clusters.map((cluster) => ({ cluster, at: view.toScreen(cluster) }));
  // the large ones last: they are what people look for
  placed.sort((a, b) => many(a.cluster) - many(b.cluster));
  placed.forEach((mark) => (mark.cluster.device ? paintDevice(context, mark, colour) : paintCluster(context, mark, colour)));
  paintNames(context, placed, colour);
  return placed;
}

const many = ({ live, late, silent }) => live + late + silent;

function paintCluster(context, { at: [x, y], cluster }, colour) {
  const all = many(cluster);
  const radius = 12 + 3.5 * Math.log10(all);
  disc(context, x, y, radius + 3, colour.panel);
  const top = -Math.PI / 2;
  const live = top + (2 * Math.PI * cluster.live) / all;
  arc(context, x, y, radius, live, top + 2 * Math.PI, colour.silent);
  if (cluster.live > 0) arc(context, x, y, radius, top, live, colour.accent);
  context.fillStyle = cluster.live > 0 ? colour.text : colour.muted;
  context.font = '600 11px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(all < 10_000 ? count(all) : Math.round(all / 1000) + 'k', x, y + 0.5);
  context.textAlign = 'left';
}

/** Live: a full disc. Late: a grey ring. Silent: a grey cross. */
function paintDevice(context, { at: [x, y], cluster }, colour) {
  if (cluster.silent) {
    context.beginPath();
    context.moveTo(x - 4, y - 4);
    context.lineTo(x + 4, y + 4);
    context.moveTo(x + 4, y - 4);
    context.lineTo(x - 4, y + 4);
    context.lineWidth = 2.5;
    context.strokeStyle = colour.silent;
    context.stroke();
    return;
  }
  disc(context, x, y, 6.5, colour.panel);
  if (cluster.live) disc(context, x, y, 5, colour.accent);
  else arc(context, x, y, 4, 0, 2 * Math.PI, colour.silent, 2.5);
}

function disc(context, x, y, radius, style) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = style;
  context.fill();
}

function arc(context, x, y, radius, from, to, style, wide = 4) {
  context.beginPath();
  context.arc(x, y, radius, from, to);
  context.lineWidth = wide;
  context.strokeStyle = style;
  context.stroke();
}

/** What single devices are called, where the names do not run into each other or over a mark. */
function paintNames(context, placed, colour) {
  context.font = '600 11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const taken = placed.map(({ at: [x, y], cluster }) => (cluster.device ? [x - 6, y - 6, x + 6, y + 6] : [x - 24, y - 24, x + 24, y + 24]));
  for (const { at: [x, y], cluster } of placed) {
    if (!cluster.device) continue;
    const text = cluster.label ?? shortName(cluster.device);
    const box = [x + 9, y - 7, x + 13 + context.measureText(text).width, y + 7];
    if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
    taken.push(box);
    context.strokeStyle = colour.land;
    context.lineWidth = 3.5;
    context.strokeText(text, x + 11, y);
    context.fillStyle = cluster.live ? colour.text : colour.muted;
    context.fillText(text, x + 11, y);
  }
}
