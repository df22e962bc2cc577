// Starts the page that the address names: one store of what the node says, and the elements that show it.
import { store } from './store.js';
import { PAGES } from './navigation.js';
import './header.js';

const page = PAGES.find(({ path }) => path === location.pathname) ?? PAGES[0];
document.title = page.name + ' · Thingstead';
await import(page.script);
const main = document.getElementById('content');
main.classList.toggle('page', page.path !== '/');
main.append(document.createElement(page.element));
store.start({ statusOnly: page.path !== '/' });
