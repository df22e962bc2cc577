// Paints the map: land beneath, devices with their way and name above. State is told by shape as well as by colour.
import { shortName } from './format.js';

/** Colours as the style sheet has them now. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const get = (name) => style.getPropertyValue(name).trim();
  return { water: get('--map-water'), land: get('--map-land'), border: get('--map-border'), river: get('--map-river'), text: get('--text'), muted: get('--muted'), panel: get('--panel'), accent: get('--accent'), silent: get('--silent') };
}

export function paintLand(context, view, outlines, colour) {
  const { width, height, scale } = view;
  const box = view.box();
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.fillStyle = colour.water;
  context.fillRect(0, 0, width, height);
  if (!outlines) return;
  context.translate(width / 2, height / 2);
  context.scale(scale, scale);
  context.translate(-view.x, -view.y);
  const seen = (shape) => shape.west < box.east && shape.east > box.west && shape.north < box.south && shape.south > box.north;
  const fill = (layer, style) => {
    context.fillStyle = style;
    for (const shape of outlines[layer]) if (seen(shape)) context.fill(shape.path, 'evenodd');
  };
  const stroke = (layer, style, wide) => {
    context.strokeStyle = style;
    context.lineWidth = wide / scale;
    context.lineJoin = 'round';
    for (const shape of outlines[layer]) if (seen(shape)) context.stroke(shape.path);
  };
  fill('land', colour.land);
  if (scale > 1500) stroke('rivers', colour.river, 0.8);
  fill('lakes', colour.water);
  stroke('countries', colour.border, 0.8);
}

/** Marks: {id, name, position, trail, state, chosen}; without a name it is the id’s. Returns where each mark is. */
export function paintDevices(context, view, marks, colour) {
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, view.width, view.height);
  const placed = marks.map((mark) => ({ ...mark, at: view.toScreen(mark.position) })).filter(({ at }) => at[0] > -20 && at[1] > -20 && at[0] < view.width + 20 && at[1] < view.height + 20);
  placed.forEach((mark) => paintTrail(context, view, mark, colour));
  // what is chosen is painted last, over the others; names make room for it first
  placed.sort((a, b) => a.chosen - b.chosen || (a.state === 'live') - (b.state === 'live'));
  placed.forEach((mark) => paintMark(context, mark, colour));
  paintNames(context, view, placed.toReversed(), colour);
  return placed;
}

function paintTrail(context, view, { trail, position, chosen, state }, colour) {
  if (trail.length < 2 || state === 'silent') return;
  context.lineWidth = chosen ? 2.5 : 1.5;
  context.lineCap = 'round';
  context.strokeStyle = colour.accent;
  const points = [...trail.slice(0, -1), position].map((place) => view.toScreen(place));
  for (let i = 1; i < points.length; i++) {
    context.globalAlpha = (i / points.length) * (chosen ? 0.7 : 0.35);
    context.beginPath();
    context.moveTo(...points[i - 1]);
    context.lineTo(...points[i]);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** Live: a full disc. Late: a ring. Silent: a grey cross. */
function paintMark(context, { at: [x, y], state, chosen }, colour) {
  const radius = chosen ? 6.5 : 5;
  if (chosen) {
    context.beginPath();
    context.arc(x, y, radius + 4.5, 0, 7);
    context.strokeStyle = colour.accent;
    context.lineWidth = 2;
    context.stroke();
  }
  context.beginPath();
  if (state === 'silent') {
    const arm = radius - 1;
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.lineWidth = 2.5;
    context.strokeStyle = colour.silent;
    context.stroke();
    return;
  }
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = state === 'live' ? colour.accent : colour.panel;
  context.fill();
  context.lineWidth = state === 'live' ? 1.5 : 2.5;
  context.strokeStyle = state === 'live' ? colour.panel : colour.silent;
  context.stroke();
}

/** Names where they do not run into each other. */
function paintNames(context, view, placed, colour) {
  context.font = '600 11px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  // no name under the buttons, nor under another mark
  const taken = [[view.width - 46, 0, view.width, 110], ...placed.map(({ at: [x, y] }) => [x - 6, y - 6, x + 6, y + 6])];
  for (const { id, name, at: [x, y], chosen, state } of placed) {
    const text = name ?? shortName(id);
    const wide = context.measureText(text).width;
    const away = chosen ? 16 : 11;
    const left = x + 14 + wide > view.width - (y < 118 ? 46 : 0) ? x - away - wide : x + away;
    const box = [left - 2, y - 7, left + wide + 2, y + 7];
    if (!chosen && taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
    taken.push(box);
    context.strokeStyle = colour.land;
    context.lineWidth = 3.5;
    context.strokeText(text, left, y);
    context.fillStyle = state === 'live' ? colour.text : colour.muted;
    context.fillText(text, left, y);
  }
}

const AROUND_THE_WORLD_M = 40_075_017;
const SCALE_PX = 90;

/** A bar in the corner, and how long it is on the ground in the middle of the map. */
export function paintScale(context, view, colour) {
  const { lat } = view.toPlace([view.width / 2, view.height / 2]);
  const metresPerPx = (AROUND_THE_WORLD_M * Math.cos((lat * Math.PI) / 180)) / view.scale;
  const digit = 10 ** Math.floor(Math.log10(SCALE_PX * metresPerPx));
  const metres = [5, 2, 1].map((many) => many * digit).find((each) => each <= SCALE_PX * metresPerPx);
  const [left, bottom, wide] = [10, view.height - 9, metres / metresPerPx];
  context.beginPath();
  context.moveTo(left, bottom - 5);
  context.lineTo(left, bottom);
  context.lineTo(left + wide, bottom);
  context.lineTo(left + wide, bottom - 5);
  context.lineWidth = 1.5;
  context.strokeStyle = colour.muted;
  context.stroke();
  context.font = '11px system-ui, sans-serif';
  context.textBaseline = 'alphabetic';
  context.fillStyle = colour.muted;
  context.fillText(metres < 1000 ? `${metres} m` : `${metres / 1000} km`, left + 6, bottom - 8);
}
