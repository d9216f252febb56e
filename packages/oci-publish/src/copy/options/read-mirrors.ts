import { parsePlatform, parseReference } from '@nx-oci/model';

import { REGISTRIES_FILE } from '../../text/problem';
import { type MirrorEntry } from '../../configuration/registries-schema';
import { expandMirror } from '../job/expand-mirror';
import { type RequestedCopy } from '../job/make-job';
import { readTargetWord } from '../job/read-target';
import { readAll, type ReadingContext } from './read-named-copies';
import { type ReadCopyOptions } from './written-options';

/** The copies for `mirrors` of registries.yaml; `platforms` of the options overrides that of the file. */
export function readMirrors(options: ReadCopyOptions, context: ReadingContext): readonly RequestedCopy[] {
  const { mirrors } = context.registries;
  if (mirrors.length === 0) {
    context.reportProblem(`there is nothing to copy: ${REGISTRIES_FILE} has no \`mirrors\` → add some, or name an image with \`from\``);
  }
  return mirrors.flatMap((mirror, index) => readMirror({ mirror, index, platforms: options.platforms ?? mirror.platforms }, context));
}

interface WantedMirror {
  readonly mirror: MirrorEntry;
  /** Position in the file. */
  readonly index: number;
  readonly platforms: readonly string[] | undefined;
}

function readMirror({ mirror, index, ...wanted }: WantedMirror, context: ReadingContext): readonly RequestedCopy[] {
  const name = `mirrors[${index}] of ${REGISTRIES_FILE}`;
  const read = <T>(key: string, texts: readonly string[] | undefined, parse: (text: string) => T) =>
    readAll(`mirrors[${index}].${key}`, texts, parse, context);
  const [from] = read('from', [mirror.from], parseReference);
  const to = read('to', mirror.to, (word) => readTargetWord(word, context.registries));
  const tags = read('tags', mirror.tags, String);
  const platforms = read('platforms', wanted.platforms, parsePlatform);
  if (from === undefined || to.length === 0) return [];
  return expandMirror(from, tags).map((source) => ({ name, source, to, tags: [], image: undefined, platforms }));
}
