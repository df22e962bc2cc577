// Starts the page: one store of live state, and the elements that show it.
import { store } from './store.js';
import './header.js';
import './devices.js';
import './map.js';
import './chart.js';
import './readings.js';
import './connect.js';
import './proof-dialog.js';

store.start();
