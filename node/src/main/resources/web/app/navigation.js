// The pages of the app, in the order of the navigation; those that are tools are reached by buttons.
export const PAGES = [
  { path: '/', name: 'Live', script: './live.js', element: 'ts-live' },
  { path: '/alarms', name: 'Alarms', script: './alarms.js', element: 'ts-alarms' },
  { path: '/things', name: 'Things', script: './things.js', element: 'ts-things' },
  { path: '/consortium', name: 'Consortium', script: './consortium.js', element: 'ts-consortium' },
  { path: '/ledger', name: 'Ledger', script: './ledger.js', element: 'ts-ledger' },
  { path: '/decisions', name: 'Decisions', script: './decisions.js', element: 'ts-decisions' },
  { path: '/mirrors', name: 'Mirrors', script: './mirrors.js', element: 'ts-mirrors' },
  { path: '/connect', name: 'Connect a device', script: './connect.js', element: 'ts-connect', isTool: true },
];
