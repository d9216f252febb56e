import { formatReference, parseReference } from '@nx-oci/model';

import { expandMirror } from './expand-mirror';

describe('expandMirror', () => {
  it.each([
    ['x.io/db:15', [], ['x.io/db:15']],
    ['x.io/db:15', ['16', '15', '16'], ['x.io/db:15', 'x.io/db:16']],
    ['x.io/db', ['16'], ['x.io/db:16']],
    ['x.io/db', [], ['x.io/db:latest']],
    [`x.io/db:15@sha256:${'a'.repeat(64)}`, ['16'], [`x.io/db:15@sha256:${'a'.repeat(64)}`, 'x.io/db:16']],
  ])('makes of %s with the tags %j the images %j', (from, tags, images) =>
    expect(expandMirror(parseReference(from), tags).map(formatReference)).toEqual(images),
  );
});
