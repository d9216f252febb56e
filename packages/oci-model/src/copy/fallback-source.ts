import type { ContentSource } from './content-store';
import { isOciError, OciError } from '../errors/oci-error';

/**
 * Combines several sources: each piece of content comes from the first one that has it.
 *
 * For a sparse layout, whose base layers are in a registry. Only `NOT_FOUND` leads to the next source; any other failure
 * is final, so that a working store does not hide a broken one.
 *
 * @throws OciError `NOT_FOUND` of the last source if none has it.
 */
export function fallbackSource(sources: readonly ContentSource[]): ContentSource {
  return {
    fetch: async (descriptor, options) => {
      let missing = new OciError('NOT_FOUND', `Cannot read ${descriptor.digest}: no source was given.`);
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
