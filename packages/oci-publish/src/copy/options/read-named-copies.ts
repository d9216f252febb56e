import { parsePlatform, parseReference, type ImageReference } from '@nx-oci/model';

import { type Registries } from '../../configuration/registries';
import { type Environment } from '../../configuration/values/variables';
import { type RequestedCopy } from '../job/make-job';
import { readTargetWord } from '../job/read-target';
import { interpolate, type ReportProblem } from '../job/interpolate';
import { attempt } from '../../build/option-problems';
import { type ReadCopyOptions } from './written-options';

/** The context in which options are read, and the list that collects problems. */
export interface ReadingContext {
  readonly registries: Registries;
  readonly env: Environment;
  readonly reportProblem: ReportProblem;
}

/** The copies that `from`, `to`, `tags` and `image` ask for: every source to every target. */
export function readNamedCopies(options: ReadCopyOptions, context: ReadingContext): readonly RequestedCopy[] {
  const { reportProblem } = context;
  const read = <T>(name: string, texts: readonly string[] | undefined, parse: (text: string) => T) => readAll(name, texts, parse, context);
  const sources = read('from', options.from, readSource);
  const to = read('to', options.to, (word) => readTargetWord(word, context.registries));
  const tags = read('tags', options.tags, String);
  const [image] = read('image', options.image === undefined ? undefined : [options.image], String);
  if (options.from?.length === 0) reportProblem('`from` is empty → name the image to copy');
  if (options.to?.length === 0) reportProblem('`to` is empty → name a registry, or omit it to set `tags` in the repository of the source');
  if (options.to === undefined && options.tags === undefined && options.from !== undefined) {
    reportProblem('neither `to` nor `tags` is set → set `to` to copy the image, or `tags` to re-tag it in its repository');
  }
  if (image !== undefined && !to.some(({ kind }) => kind === 'registry')) {
    reportProblem('`image` applies to registries defined in registries.yaml, and `to` has none → put the name into `to`');
  }
  const platforms = read('platforms', options.platforms, parsePlatform);
  return sources.map((source) => ({ name: '`from`', source, to, tags, image, platforms }));
}

/** Replaces variables and parses the references; each problem becomes a line. */
export function readAll<T>(
  name: string,
  texts: readonly string[] | undefined,
  parse: (text: string) => T,
  { env, reportProblem, registries }: ReadingContext,
): readonly T[] {
  return interpolate(texts ?? [], { name, env, reportProblem, variables: registries.nameVariables }).flatMap((text) => {
    const value = attempt(name, () => parse(text), reportProblem);
    return value === undefined ? [] : [value];
  });
}

/** Without tag and digest, the tag is `latest`, as in other tools. */
function readSource(text: string): ImageReference {
  const reference = parseReference(text);
  return reference.tag === undefined && reference.digest === undefined ? { ...reference, tag: 'latest' } : reference;
}
