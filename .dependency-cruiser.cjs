// Walls inside packages: no two files import each other, and rooms import only downwards (tools/walls/rooms.cjs), values and
// types alike.
const { rooms, patternOf } = require('./tools/walls/rooms.cjs');

/** @param {string} folder @param {readonly string[]} order */
function downwards(folder, order) {
  return order.slice(1).map((room, index) => ({
    name: `${folder}/${room}-imports-downwards`,
    severity: 'error',
    comment: `${room} is below ${order.slice(0, index + 1).join(', ')}: pass what it needs, or move what they share down.`,
    from: { path: patternOf(folder, room), pathNot: '\\.spec\\.ts$|/testing/' },
    to: { path: order.slice(0, index + 1).map((above) => patternOf(folder, above)) },
  }));
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      comment: 'Merge two files that import each other, or move what they share to a third.',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).flatMap(([name, order]) => downwards(name, order)),
    ...Object.entries(rooms).map(([folder, order]) => ({
      name: `every-room-of-${folder}-is-listed`,
      severity: 'error',
      comment: 'Add the new room to the order in tools/walls/rooms.cjs.',
      from: { path: `^${folder}/[^/]+/`, pathNot: [`^${folder}/(?:${order.join('|')}|testing)/`, '\\.spec\\.ts$'] },
      to: {},
    })),
    {
      name: 'phases-know-no-flow',
      severity: 'error',
      comment: 'publish.ts calls the phases, and no phase imports it: pass what the phase needs.',
      from: { path: '^packages/oci-publish/src/publish/[^/]+/', pathNot: '\\.spec\\.ts$|/testing/' },
      to: { path: '^packages/oci-publish/src/publish/[^/]+\\.ts$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: 'node_modules|/dist/|^tools/|^e2e/' },
  },
};
