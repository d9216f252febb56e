/**
 * The rooms of the folders that have walls inside, from top to bottom: a room imports only from rooms below it. Files of such a
 * folder that are in no room are above all of them. A nested room may have its own floor. Read by .dependency-cruiser.cjs, which
 * enforces it, and by draw-rooms.mjs, which draws the imports.
 */
exports.rooms = {
  'packages/nx-oci/src': [
    'json-schemas',
    'generators',
    'inference',
    'executors',
    'release',
    'doctor',
    'affected',
    'image-inputs',
    'dockerfile-context',
    'nx-run',
    'nx',
  ],
  'packages/oci-publish/src': [
    'program',
    'copy',
    'image-test',
    'build',
    'publish',
    'connection',
    'configuration',
    'report',
    'tags',
    'engines',
    'git',
    'run',
    'ci',
    'executables',
    'text',
    'secrets',
  ],
  'packages/oci-distribution/src': [
    'referrers',
    'manifests',
    'uploads',
    'blobs',
    'requests',
    'auth',
    'failures',
    'credentials',
    'attempts',
    'transport',
    'certificates',
    'host',
  ],
  'packages/oci-registry/src': [
    'program',
    'server',
    'login',
    'options',
    'profiles',
    'hostile',
    'quirks',
    'routes',
    'page',
    'repositories',
    'uploads',
    'browser-guard',
    'http',
    'folder',
    'storage',
  ],
  'packages/oci-layout/src': ['image', 'layer', 'compression', 'base-folders', 'layer-files', 'folder', 'tar'],
  'packages/oci-model/src': ['copy', 'documents', 'streams', 'names', 'text', 'errors', 'secrets', 'processes'],
  'packages/oci-publish/src/engines': [
    'from-dockerfile',
    'native',
    'docker',
    'containers',
    'base',
    'image',
    'inputs',
    'sources',
    'dockerfile',
    'options',
    'names',
    'tools',
  ],
  'packages/oci-publish/src/image-test': ['run', 'image', 'command', 'modules', 'checks', 'facts'],
  'packages/oci-publish/src/copy': ['options', 'source', 'job'],
  'packages/oci-publish/src/configuration': ['yaml', 'values'],
  'packages/oci-publish/src/tags': ['rules', 'kinds', 'grammar', 'facts', 'versions'],
  'packages/oci-publish/src/ci': ['systems', 'facts'],
  'packages/nx-oci/src/generators/image': ['kinds', 'node', 'next', 'static', 'binary', 'sources', 'project', 'options'],
  // A plan uses the same order resolver as the move of a floating tag later, so `tag/floating` is below it.
  'packages/oci-publish/src/publish': ['tag', 'prune', 'report', 'stage', 'plan', 'tag/floating', 'size', 'image', 'task', 'destination'],
};

/** A pattern for the paths in a room, without those of a nested room that has its own floor. */
exports.patternOf = (folder, room) => {
  const within = exports.rooms[folder].filter((other) => other.startsWith(`${room}/`)).map((other) => other.slice(room.length + 1));
  return `^${folder}/${room}/${within.length === 0 ? '' : `(?!(?:${within.join('|')})/)`}`;
};
