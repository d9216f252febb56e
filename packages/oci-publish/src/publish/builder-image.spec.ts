import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from '@nx-oci/model';
import { startRegistry } from '@nx-oci/registry';

import { imageFolder } from '../engines/names/image-folder';
import { describeRequests, makePublishing, tally } from './testing/publishing';

interface Descriptor {
  digest: string;
  size: number;
}

/** Like images of Dockerfile builders: facts are only in labels of the config. */
function removeAnnotations(folder: string): void {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { manifests: Descriptor[] };
  const record = JSON.parse(readFileSync(join(folder, 'image.json'), 'utf8')) as { output: { manifest: Descriptor } };
  const blob = (digest: string) => join(folder, 'blobs', digest.replace(':', '/'));
  const manifest = JSON.parse(readFileSync(blob(record.output.manifest.digest), 'utf8')) as { annotations?: object };
  delete manifest.annotations;
  const bytes = Buffer.from(JSON.stringify(manifest));
  const descriptor = { digest: digestOf(bytes), size: bytes.length };
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  writeFileSync(blob(descriptor.digest), bytes);
  Object.assign(record.output.manifest, descriptor);
  index.manifests = index.manifests.map((entry) => ({ ...entry, ...descriptor }));
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'image.json'), JSON.stringify(record));
}

it.each([true, false])(
  'an image that a builder made is known by its manifest alone, guard: %s',
  async (guard) => {
    const registry = await startRegistry();
    const publishing = makePublishing(`{ host: '${registry.host}', guard: ${guard}, tags: [latest] }`);
    try {
      for (const commit of ['first', 'second']) {
        registry.log.clear();
        publishing.workspace.commit(commit);
        await publishing.build('app', { layers: 1, changed: [0] });
        removeAnnotations(imageFolder(publishing.workspace.root, 'app'));
        const results = await publishing.publish();
        expect([...results.values()].map(({ success }) => success)).toEqual([true]);
      }
      expect(tally(describeRequests(registry.log.entries()))['GET blob']).toBeUndefined();
    } finally {
      publishing.workspace.remove();
      await registry.close();
    }
  },
  30_000,
);
