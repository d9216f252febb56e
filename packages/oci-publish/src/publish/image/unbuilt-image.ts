import { isSameBuild } from './image-facts';
import { type BuiltImage } from './publishable-image';
import { readFacts } from './stamp-facts';

/**
 * An image that is not built yet, for a plan. It has no digest, but its project and commit are known, which
 * decide about tags.
 */
export function planUnbuiltImage(project: string): BuiltImage {
  return {
    contents: [],
    content: undefined,
    stamp: (labels) => {
      const facts = { ...readFacts(labels), project };
      return {
        facts,
        caveat: 'not built yet, digest known after the build',
        platforms: [],
        contents: [],
        digest: undefined,
        sizeBytes: undefined,
        // A project has one build for each commit, unless it is edited.
        isPublishedAs: (published) => isSameBuild({ ...facts, build: published.facts.build }, published.facts),
      };
    },
  };
}
