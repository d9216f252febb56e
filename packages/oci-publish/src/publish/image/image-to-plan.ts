import { ANNOTATIONS } from '@nx-oci/model';

import { type EngineOutput, type ImageRecord } from '../../engines/image-record';
import { type BuiltImage } from './image-opener';
import { isSameBuild } from './image-facts';
import { type PublishableImage } from './publishable-image';
import { readFacts } from './stamp-facts';

type EngineRecord = ImageRecord & { readonly output: EngineOutput };

export function isOfEngine(record: ImageRecord): record is EngineRecord {
  return record.output.kind === 'engine';
}

/**
 * An image that is not built yet, for a plan. It has no digest; of which project and commit it will be is known, which is
 * what tags are decided by.
 */
export function planUnbuiltImage(project: string): BuiltImage {
  return imageToCome((labels) => {
    const facts = { ...readFacts(labels), project };
    return {
      facts,
      caveat: 'not built yet, digest known after the build',
      platform: '',
      // Whatever its options are: there is one build of a project at a commit, unless it is edited.
      isPublishedAs: (published) => isSameBuild({ ...facts, build: published.facts.build }, published.facts),
    };
  });
}

/** An image in an engine's store, for a plan: the engine is not asked. It has no digest before it is pushed. */
export function planEngineImage({ project, build, platform, output: { imageId } }: EngineRecord): BuiltImage {
  return imageToCome((labels) => ({
    facts: readFacts({ ...labels, [ANNOTATIONS.project]: project, [ANNOTATIONS.build]: build }),
    caveat: 'digest known after Docker Engine pushed it',
    platform,
    isPublishedAs: ({ digest, configDigest }) => configDigest === imageId || digest === imageId,
  }));
}

type Known = Pick<PublishableImage, 'facts' | 'caveat' | 'platform' | 'isPublishedAs'>;

function imageToCome(stamp: (labels: Readonly<Record<string, string>>) => Known): BuiltImage {
  const nothing = { contents: [], digest: undefined, sizeBytes: undefined, stagingTag: '' };
  const stage = () => Promise.reject(new Error('a plan was carried out'));
  return { contents: [], content: undefined, stamp: (labels) => Promise.resolve({ ...nothing, stage, ...stamp(labels) }) };
}
