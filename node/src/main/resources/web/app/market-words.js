// How offers are written for people, and what people write of them read again.
import { html } from 'lit';
import { count, decimal, unit } from './format.js';
import { sum } from './money-words.js';

const KIND = /^[a-z][a-z0-9-]{0,31}(\.[a-z0-9-]{1,32}){0,3}$/;
const PLACE = /^(-?\d{1,3}(?:\.\d{1,15})?)[ ,;]+(-?\d{1,3}(?:\.\d{1,15})?)$/;

/** A kind that somebody typed; an error says what is wrong with it. */
export function kindOf(typed) {
  const kind = typed.trim().toLowerCase();
  if (!KIND.test(kind)) throw new Error(`“${typed}” is no kind: up to four words from the general to the special, with points between, such as energy.charging.`);
  return kind;
}

/** A place that somebody typed, as latitude and longitude; an error says what is wrong with it. */
export function placeOf(typed) {
  const [, latitude, longitude] = typed.trim().match(PLACE) ?? [];
  const place = { lat: Number(latitude), lon: Number(longitude) };
  if (latitude === undefined || Math.abs(place.lat) > 90 || Math.abs(place.lon) > 180) throw new Error(`“${typed}” is no place: latitude and longitude in degrees, such as 48.1401, 11.5583.`);
  return place;
}

/** To a metre. */
export const placeText = ({ lat, lon }) => `${Number(lat.toFixed(5))}, ${Number(lon.toFixed(5))}`;

/** Where this browser is, as a place. */
export const here = () =>
  new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error('This browser does not say where it is: type the place, or use the map.'));
    else navigator.geolocation.getCurrentPosition(({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude }), () => reject(new Error('The browser did not say where it is: type the place, or use the map.')), { timeout: 20_000 });
  });

/** The place of an offer, or null. */
export const placeOfOffer = ({ latitude, longitude }) => (latitude == null ? null : { lat: latitude, lon: longitude });

/** `min`, `kWh`, `request`. */
export const perWords = (per) => unit(per.replace(/^\{(.*)\}$/, '$1'));

export const priceWords = ({ price, asset, per }) => `${sum(price)} ${asset} per ${perWords(per)}`;

export const price = ({ price: amount, asset, per }) => html`<span class="value">${sum(amount)}</span> ${asset} <span class="muted">per ${perWords(per)}</span>`;

export const distance = (metres) => (metres < 1000 ? `${count(metres)} m` : metres < 100_000 ? `${decimal(metres / 1000, 1)} km` : `${count(metres / 1000)} km`) + ' away';

/** How many more may take it now. */
export function places({ by, places: all, running, free }) {
  if (by === 'request') return 'at any time';
  if (all === 0) return running === 0 ? 'free' : `free; ${count(running)} ${running === 1 ? 'runs' : 'run'}`;
  if (!free) return all === 1 ? 'taken' : `all ${count(all)} places taken`;
  return all === 1 ? 'free' : `${count(all - running)} of ${count(all)} places free`;
}

/** How contracts ended, in short. */
export function ended(rating) {
  if (rating.length === 0) return 'no contract has ended yet';
  const all = rating.reduce((total, each) => total + each.count, 0);
  return `${count(all)} ${all === 1 ? 'contract' : 'contracts'} ended: ${rating.map(({ state, count: times }) => `${state.replaceAll('_', ' ')} ${count(times)}`).join(', ')}`;
}
