import { isSameBuild } from './image-facts';
import { type BuiltImage } from './publishable-image';
import { readFacts } from './stamp-facts';

/**
 * An image that is not built yet, for a plan. It has no digest; of which project and commit it will be is known, which is
 * what tags are decided by.
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
        // Whatever its options are: there is one build of a project at a commit, unless it is edited.
        isPublishedAs: (published) => isSameBuild({ ...facts, build: published.facts.build }, published.facts),
      };
    },
  };
}
