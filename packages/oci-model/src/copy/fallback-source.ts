import type { ContentSource } from './content-store';
import { isOciError, OciError } from '../errors/oci-error';

/**
 * Several sources as one: each piece of content comes from the first that has it.
 *
 * For a sparse layout, whose base layers are named and live in a registry. Only `NOT_FOUND` leads to the next source;
 * any other failure is final, so that a broken store is not hidden behind one that works.
 *
 * @throws OciError `NOT_FOUND` of the last source when none has it.
 */
export function firstOf(sources: readonly ContentSource[]): ContentSource {
  return {
    fetch: async (descriptor, options) => {
      let missing = new OciError('NOT_FOUND', `Cannot read ${descriptor.digest}: there is no source to read it from.`);
      for (const source of sources) {
        try {
          return await source.fetch(descriptor, options);
        } catch (error) {
          if (!isOciError(error, 'NOT_FOUND')) throw error;
          missing = error;
        }
      }
      throw missing;
    },
  };
}
