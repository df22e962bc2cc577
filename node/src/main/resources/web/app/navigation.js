// The pages of the app, in the order of the navigation and in groups. A page of one thing stands below that of its list:
// `part` is the script and element for it, `live` where it is a device. Those that are tools are reached by buttons.
export const PAGES = [
  { group: 'Own devices', path: '/', name: 'Live', script: './live.js', element: 'ts-live' },
  { group: 'Own devices', path: '/fleet', name: 'Fleet', script: './fleet.js', element: 'ts-fleet' },
  { group: 'Own devices', path: '/devices', name: 'Devices', script: './device-list.js', element: 'ts-device-list', part: { script: './device.js', element: 'ts-device', live: true } },
  { group: 'Own devices', path: '/alarms', name: 'Alarms', script: './alarms.js', element: 'ts-alarms' },
  { group: 'The ledger', path: '/things', name: 'Things', script: './things.js', element: 'ts-things' },
  { group: 'The ledger', path: '/consortium', name: 'Consortium', script: './consortium.js', element: 'ts-consortium' },
  { group: 'The ledger', path: '/ledger', name: 'Ledger', script: './ledger.js', element: 'ts-ledger' },
  { group: 'The ledger', path: '/decisions', name: 'Decisions', script: './decisions.js', element: 'ts-decisions' },
  { group: 'The ledger', path: '/mirrors', name: 'Mirrors', script: './mirrors.js', element: 'ts-mirrors' },
  { group: 'The ledger', path: '/contracts', name: 'Contracts', script: './contracts.js', element: 'ts-contracts', part: { script: './contract.js', element: 'ts-contract', title: (number) => (number === 'new' ? 'A new contract' : 'Contract ' + number) } },
  { group: 'The ledger', path: '/market', name: 'Market', script: './market.js', element: 'ts-market', part: { script: './offer.js', element: 'ts-offer', title: (number) => (number === 'new' ? 'A new offer' : 'Offer ' + number) } },
  { group: 'The ledger', path: '/money', name: 'Money', script: './money.js', element: 'ts-money' },
  { path: '/people', name: 'People', script: './people.js', element: 'ts-people' },
  { path: '/settings', name: 'Settings', script: './settings.js', element: 'ts-settings' },
  { path: '/connect', name: 'Connect a device', script: './connect.js', element: 'ts-connect', isTool: true },
  { path: '/interface', name: 'Interface', script: './interface.js', element: 'ts-interface', isTool: true },
];

const [, first, part] = location.pathname.split('/');

/** The page that the address names, and of what it is, where it is a page of one thing. */
export const page = PAGES.find(({ path }) => path === '/' + first) ?? PAGES[0];
export const partOf = page.part && part ? decodeURIComponent(part) : null;
