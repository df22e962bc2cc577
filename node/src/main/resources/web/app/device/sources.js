// What a browser can measure: how the device moves, and where it is; where it has the sensors and somebody allows it.

const MOTION_EVERY_MS = 1000;
const POSITION_EVERY_MS = 2000;
const SILENT_AFTER_MS = 4000;

/** Fewer digits than a sensor gives, as many as mean something. */
const round = (value, digits) => Number(value.toFixed(digits));

/** @param say gets readings: a list of {name, unit, value, timeMs} */
/** @param fail gets why nothing comes */
export function motion(say, fail) {
  let newest = null;
  let stopped = false;
  const take = ({ accelerationIncludingGravity: a }) => a && a.x != null && (newest = a);
  const begin = () => {
    if (stopped) return;
    window.addEventListener('devicemotion', take);
  };
  // some browsers ask the person, and only at a touch
  const asked = globalThis.DeviceMotionEvent?.requestPermission?.() ?? Promise.resolve('granted');
  asked.then((answer) => (answer === 'granted' ? begin() : fail('Motion was not allowed.'))).catch((error) => fail(String(error.message ?? error)));
  const silent = setTimeout(() => newest ?? fail('This device tells this browser of no motion.'), SILENT_AFTER_MS);
  const timer = setInterval(() => {
    if (!newest) return;
    const timeMs = Date.now();
    say(['x', 'y', 'z'].map((axis) => ({ name: 'acceleration:' + axis, unit: 'm/s2', value: round(newest[axis], 2), timeMs })));
  }, MOTION_EVERY_MS);
  return () => {
    stopped = true;
    clearTimeout(silent);
    clearInterval(timer);
    window.removeEventListener('devicemotion', take);
  };
}

export function position(say, fail) {
  if (!navigator.geolocation) {
    fail('This browser tells no position.');
    return () => {};
  }
  let said = 0;
  const watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      if (Date.now() - said < POSITION_EVERY_MS) return;
      said = Date.now();
      const timeMs = Math.round(timestamp);
      say([
        { name: 'lat', unit: 'lat', value: round(coords.latitude, 6), timeMs },
        { name: 'lon', unit: 'lon', value: round(coords.longitude, 6), timeMs },
        { name: 'accuracy', unit: 'm', value: round(coords.accuracy, 1), timeMs },
      ]);
    },
    ({ code, message }) => fail(code === 1 ? 'The position was not allowed.' : 'No position: ' + message),
    { enableHighAccuracy: true, maximumAge: 5000 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}
