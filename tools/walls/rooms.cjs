/**
 * The rooms of the packages that have walls inside, from above: a room imports from those below it, and never from one above.
 * Read by .dependency-cruiser.cjs, which holds it, and by draw-rooms.mjs, which draws what is there.
 */
exports.rooms = {
  'nx-oci': [
    'generators',
    'inference',
    'executors',
    'json-schemas',
    'release',
    'doctor',
    'affected',
    'image-inputs',
    'dockerfile-context',
    'nx-run',
    'nx',
  ],
  'oci-publish': [
    'copy',
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
    'text',
    'secrets',
  ],
};
