// What the page knows: fetched once, then kept up to date by live events. Elements subscribe and are told, at most once
// a frame, what changed.

import { getJson } from './ask.js';
import { deviceOf, mergeDevice } from './device-json.js';

const MAX_READINGS = 60;
const MAX_COMMANDS = 20;
const RETRY_MS = 3000;

class Store {
  devices = new Map();
  readings = [];
  /** Of each device the commands that live events told of, by number. */
  commands = new Map();
  status = null;
  anchored = 0;
  connection = 'connecting';
  selected = null;
  clockOffset = 0;
  #listeners = new Set();
  #changed = new Set();
  #scheduled = false;
  #waiting = null;
  #source = null;
  #statusOnly = false;
  /** The one device that the page is about, or null; and whether there is no such device. */
  only = null;
  unknown = false;

  /** `listener` is called with the names of what changed: status, devices, readings, commands, selected, connection, list. */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The node's clock, so that ages are right where this machine's clock is not. */
  now() {
    return Date.now() + this.clockOffset;
  }

  select(id) {
    if (this.selected === id) return;
    this.selected = id;
    this.#tell('selected');
  }

  /** The node's clock as an answer tells it. */
  clock(nowMs) {
    this.clockOffset = nowMs - Date.now();
  }

  /** Pages without devices need to know only how the node stands; the page of one device, only that. */
  start({ statusOnly = false, only = null } = {}) {
    this.#statusOnly = statusOnly;
    this.only = only;
    this.#connect();
  }

  /** Everything anew, where somebody on this page changed a lot. */
  reload() {
    this.#load();
  }

  #connect() {
    this.#source = new EventSource('/api/live');
    this.#source.addEventListener('reset', () => this.#load());
    this.#source.addEventListener('tick', (event) => this.#tick(JSON.parse(event.data)));
    this.#source.addEventListener('open', () => this.#connection('live'));
    this.#source.addEventListener('error', () => {
      this.#connection('lost');
      if (this.#source.readyState !== EventSource.CLOSED) return;
      // It does not say why: where nobody is signed in any more, this answer leads to signing in.
      getJson('/api/me').catch(() => {});
      setTimeout(() => this.#connect(), RETRY_MS);
    });
  }

  #connection(state) {
    if (this.connection === state) return;
    this.connection = state;
    this.#tell('connection');
  }

  /** Everything anew. Ticks that come meanwhile wait: they are newer than what is fetched. */
  async #load() {
    if (this.#statusOnly) {
      await getJson('/api/status')
        .then((status) => this.#takeStatus(status))
        .catch(() => setTimeout(() => this.#load(), RETRY_MS));
      return;
    }
    const waiting = (this.#waiting = []);
    try {
      const [status, recent] = await Promise.all([getJson('/api/status'), getJson(`/api/readings?limit=${MAX_READINGS}${this.only ? '&device=' + encodeURIComponent(this.only) : ''}`)]);
      const devices = this.only ? [await this.#onlyDevice()] : await this.#allDevices();
      if (this.#waiting !== waiting) return;
      this.#waiting = null;
      const before = this.devices;
      this.devices = new Map(devices.map((device) => [device.device, deviceOf(device, before.get(device.device))]));
      this.readings = recent.readings;
      this.#takeStatus(status);
      waiting.forEach((tick) => this.#tick(tick));
      this.#chooseFirst();
      this.#tell('list', 'devices', 'readings');
    } catch (error) {
      if (this.#waiting !== waiting) return;
      this.unknown = Boolean(this.only) && (error.status === 404 || error.status === 400);
      if (this.unknown) this.#tell('list');
      else setTimeout(() => this.#load(), RETRY_MS);
    }
  }

  async #onlyDevice() {
    const detail = await getJson('/api/devices/' + encodeURIComponent(this.only));
    return detail.device;
  }

  async #allDevices() {
    const all = [];
    let after = '';
    do {
      const page = await getJson('/api/devices?limit=1000' + after);
      all.push(...page.devices);
      after = page.next ? '&after=' + encodeURIComponent(page.next) : '';
    } while (after);
    return all;
  }

  /** The first thing shown is one that moves. */
  #chooseFirst() {
    if (this.only) this.select(this.only);
    if (this.selected && this.devices.has(this.selected)) return;
    const asked = new URLSearchParams(location.search).get('device');
    if (!this.selected && this.devices.has(asked)) return this.select(asked);
    const all = [...this.devices.values()].filter((device) => device.readings.size > 0);
    const best = all.find((device) => device.position && device.readings.has('temperature')) ?? all[0];
    if (best) this.select(best.device);
    else if (this.selected) this.select(null);
  }

  #tick({ status, devices, readings, commands }) {
    if (this.#waiting) {
      this.#waiting.push({ status, devices, readings, commands });
      return;
    }
    this.#takeStatus(status);
    if (this.#statusOnly) return;
    if (this.only) {
      devices = devices.filter(({ device }) => device === this.only);
      readings = readings.filter(({ device }) => device === this.only);
    }
    let strangers = false;
    for (const news of devices) {
      const known = this.devices.get(news.device);
      if (known) mergeDevice(known, news);
      else {
        this.devices.set(news.device, deviceOf(news));
        strangers = true;
      }
    }
    if (!this.only && status.devices.registered < this.devices.size) {
      // devices stand in no list any more
      this.#load();
      return;
    }
    if (!this.only && (strangers || status.devices.registered > this.devices.size)) this.#refreshList();
    if (devices.length > 0) this.#tell('devices');
    if (strangers) this.#chooseFirst();
    if (commands.length > 0) {
      commands.forEach((command) => this.#command(command));
      this.#tell('commands');
    }
    if (readings.length > 0) {
      // the first event may tell again what was fetched before it
      const known = new Set(this.readings.map(({ index, name }) => index + name));
      this.readings = [...readings.filter(({ index, name }) => !known.has(index + name)), ...this.readings].slice(0, MAX_READINGS);
      this.#tell('readings');
    }
  }

  #command(command) {
    if (!this.commands.has(command.device)) this.commands.set(command.device, new Map());
    const known = this.commands.get(command.device);
    known.set(command.number, command);
    if (known.size > MAX_COMMANDS) known.delete(known.keys().next().value);
  }

  #listTimer = null;

  /** A device that is new: its role, or that it is there at all though it never sent anything. */
  #refreshList() {
    this.#tell('list');
    this.#listTimer ??= setTimeout(async () => {
      this.#listTimer = null;
      const devices = await this.#allDevices().catch(() => []);
      for (const device of devices) {
        const known = this.devices.get(device.device);
        if (known) known.role = device.role;
        else this.devices.set(device.device, deviceOf(device));
      }
      this.#tell('list');
    }, 500);
  }

  #takeStatus(status) {
    this.status = status;
    this.clock(status.nowMs);
    if (status.log.anchored !== this.anchored) {
      this.anchored = status.log.anchored;
      this.#tell('readings');
    }
    this.#connection('live');
    this.#tell('status');
  }

  #tell(...what) {
    what.forEach((name) => this.#changed.add(name));
    if (this.#scheduled) return;
    this.#scheduled = true;
    const deliver = () => {
      this.#scheduled = false;
      const changed = this.#changed;
      this.#changed = new Set();
      this.#listeners.forEach((listener) => listener(changed));
    };
    // a hidden page gets no frames, but goes on being right
    if (document.hidden) setTimeout(deliver, 500);
    else requestAnimationFrame(deliver);
  }
}

export const store = new Store();
