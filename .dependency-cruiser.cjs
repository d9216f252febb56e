// Walls inside of packages: no two files import each other, and rooms import downwards (tools/walls/rooms.cjs), values and types alike.
const { rooms } = require('./tools/walls/rooms.cjs');

/** @param {string} name @param {readonly string[]} order */
function downwards(name, order) {
  return order.slice(1).map((room, index) => ({
    name: `${name}-${room}-imports-downwards`,
    severity: 'error',
    comment: `${room} stands below ${order.slice(0, index + 1).join(', ')}: pass what it needs, or move what they share down.`,
    from: { path: `^packages/${name}/src/${room}/`, pathNot: '\\.spec\\.ts$|/testing/' },
    to: { path: `^packages/${name}/src/(?:${order.slice(0, index + 1).join('|')})/` },
  }));
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Two files that import each other are one file, or need a third.',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).flatMap(([name, order]) => downwards(name, order)),
    {
      name: 'every-room-is-listed',
      severity: 'error',
      comment: 'Give the new room its place in tools/walls/rooms.cjs.',
      from: {
        path: `^packages/(?:${Object.keys(rooms).join('|')})/src/[^/]+/`,
        pathNot: [
          ...Object.entries(rooms).map(([name, order]) => `^packages/${name}/src/(?:${order.join('|')}|testing)/`),
          '\\.spec\\.ts$',
        ],
      },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules|dist' },
    exclude: { path: 'node_modules|/dist/|^tools/|^e2e/' },
  },
};
