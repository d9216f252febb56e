import { digestOf } from '@nx-oci/model';

import { finishUploadUrl, manifestUrl, mountUrl } from './endpoints';

const DIGEST = digestOf('x');

describe('endpoints', () => {
  it('keeps the query of an upload session byte for byte', () => {
    const session = new URL('https://r.example.com/v2/a/blobs/uploads/1?_state=a%2Fb%3D%3D~%20');
    expect(finishUploadUrl(session, DIGEST).search).toBe(`?_state=a%2Fb%3D%3D~%20&digest=${encodeURIComponent(DIGEST)}`);
    expect(finishUploadUrl(new URL('https://r.example.com/u/1'), DIGEST).search).toBe(`?digest=${encodeURIComponent(DIGEST)}`);
  });

  it('cannot leave the repository through a tag', () => {
    expect(manifestUrl('https://r.example.com', 'a', '../../x?y#z').href).toBe('https://r.example.com/v2/a/manifests/..%2F..%2Fx%3Fy%23z');
    expect(manifestUrl('https://r.example.com', 'a', DIGEST).pathname).toBe(`/v2/a/manifests/${DIGEST}`);
  });

  it('name both the blob and the source of a mount', () => {
    const { searchParams } = mountUrl('https://r.example.com', 'a', { digest: DIGEST, from: 'b/c' });
    expect(Object.fromEntries(searchParams)).toEqual({ mount: DIGEST, from: 'b/c' });
  });
});
