// Makes elements; text always goes in as text, so nothing in a file can become markup.

/** A new element with attributes, event listeners (`onclick`), and children (elements or texts; null and false are left out). */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
  return made;
}

const UNITS = [
  ['day', 86400000],
  ['hour', 3600000],
  ['minute', 60000],
  ['second', 1000],
];

/** How long ago a time was, roughly. */
export function age(ms, now) {
  const passed = now - ms;
  const [unit, length] = UNITS.find(([, size]) => Math.abs(passed) >= size) ?? UNITS.at(-1);
  const count = Math.floor(Math.abs(passed) / length);
  const text = count + ' ' + unit + (count === 1 ? '' : 's');
  return passed < 0 ? 'in ' + text + ', which cannot be' : text + ' ago';
}
