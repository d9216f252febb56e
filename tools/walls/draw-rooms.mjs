/**
 * Draws the rooms of tools/walls/rooms.cjs and their imports into docs/architecture.md: `npm run walls`. With `--check` it writes
 * nothing, and fails if the diagram is outdated. Fails in any case where folders import each other in a circle: specs, which may
 * import from anywhere, are left out here, as no rule for folders in .dependency-cruiser.cjs could do.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';
import { format, resolveConfig } from 'prettier';
import walls from './rooms.cjs';

const FILE = 'docs/architecture.md';
const BEGIN = '<!-- rooms: drawn by `npm run walls` -->';
const END = '<!-- end of rooms -->';

const { output } = await cruise(
  Object.keys(walls.rooms).filter((folder) => folder.endsWith('/src')),
  {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '\\.spec\\.ts$|/testing/' },
    validate: true,
    ruleSet: { forbidden: [{ name: 'no-circle-of-folders', scope: 'folder', severity: 'error', from: {}, to: { circular: true } }] },
  },
);
console.log(`${output.modules.length} files seen`);
for (const { from, cycle } of output.summary.violations)
  console.error(`${from} is in a circle: ${cycle.map(({ name }) => name).join(' → ')}`);
if (output.summary.violations.length > 0) process.exit(1);

const text = readFileSync(FILE, 'utf8');
const [before, rest] = text.split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) throw new Error(`${FILE} lacks its markers: ${BEGIN} … ${END}`);
const pictures = Object.keys(walls.rooms).map(draw).join('\n\n');
const drawn = await format(`${before}${BEGIN}\n\n${pictures}\n\n${END}${after}`, { ...(await resolveConfig(FILE)), parser: 'markdown' });
if (drawn === text) console.log(`${FILE} has a current diagram of the rooms`);
else if (process.argv.includes('--check')) {
  console.error(`The diagram of the rooms in ${FILE} is outdated: npm run walls`);
  process.exit(1);
} else writeFileSync(FILE, drawn);

/** A room and those that it imports from; without an arrow to rooms that it reaches indirectly anyway. */
function draw(folder) {
  const order = walls.rooms[folder];
  const imports = new Map(order.map((room) => [room, new Set()]));
  for (const { source, dependencies } of output.modules) {
    const from = roomOf(source);
    for (const { resolved } of dependencies)
      if (from !== undefined && roomOf(resolved) !== undefined) imports.get(from).add(roomOf(resolved));
  }
  const reach = (room, without) =>
    [...imports.get(room)].filter((to) => to !== room && to !== without).some((to) => to !== room && reaches(to, without));
  const reaches = (room, wanted, seen = new Set()) =>
    room === wanted || (!seen.has(room) && seen.add(room) && [...imports.get(room)].some((to) => to !== room && reaches(to, wanted, seen)));
  const arrows = order.flatMap((room) =>
    order.filter((to) => to !== room && imports.get(room).has(to) && !reach(room, to)).map((to) => `  ${nodeOf(room)} --> ${nodeOf(to)}`),
  );
  return `\`${folder}\`:\n\n\`\`\`mermaid\nflowchart TD\n${arrows.join('\n')}\n\`\`\``;

  function roomOf(path) {
    return order.find((room) => new RegExp(walls.patternOf(folder, room)).test(path));
  }
}

/** A nested room has a slash in its name, which Mermaid only accepts in a label. */
function nodeOf(room) {
  return room.includes('/') ? `${room.replace('/', '-')}["${room}"]` : room;
}
