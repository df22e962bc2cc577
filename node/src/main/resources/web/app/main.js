// Starts the page that the address names: one store of what the node says, and the elements that show it.
import { store } from './store.js';
import { page, partOf } from './navigation.js';
import { knowMe } from './me.js';

await knowMe();
const shown = partOf ? page.part : page;
document.title = (partOf ? (shown.title?.(partOf) ?? partOf) : page.name) + ' · Thingstead';
await Promise.all([import('./header.js'), import(shown.script)]);
const main = document.getElementById('content');
main.classList.toggle('page', page.path !== '/');
main.append(document.createElement(shown.element));
const device = shown.live ? partOf : null;
store.start({ statusOnly: page.path !== '/' && !device, only: device });
