import { splitFlags } from './instruction-words';
import { HEREDOC_WORD, type Instruction } from './read-instructions';

/** What an instruction reads. */
export interface Read {
  /** A stage or an image; absent for the context. */
  readonly from?: string;
  readonly source: string;
}

/** What COPY, ADD and the mounts of RUN read; variables are not expanded. */
export function instructionReads({ word, rest }: Instruction): readonly Read[] {
  const { flags, words } = splitFlags(rest);
  if (word === 'RUN') return flags.filter(({ name }) => name === 'mount').flatMap(({ value }) => mountReads(value));
  if (word !== 'COPY' && word !== 'ADD') return [];
  const from = flags.findLast(({ name }) => name === 'from')?.value;
  if (from !== undefined) return [{ from, source: '' }];
  const isLocal = (source: string): boolean => !HEREDOC_WORD.test(source) && !(word === 'ADD' && isRemote(source));
  return words
    .slice(0, -1)
    .filter(isLocal)
    .map((source) => ({ source }));
}

/** `type=bind,source=a,target=/a`: a bind mount is the default, of the whole context by default. */
function mountReads(value: string): readonly Read[] {
  const fields = new Map(value.split(',').map((field) => field.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const type = fields.get('type') ?? 'bind';
  const from = fields.get('from');
  if (type !== 'bind' && !(type === 'cache' && from !== undefined)) return [];
  return [{ source: fields.get('source') ?? fields.get('src') ?? '.', ...(from !== undefined && { from }) }];
}

/** What ADD downloads itself: files on the web and git repositories. */
function isRemote(source: string): boolean {
  return /^["']?(?:[a-z][a-z0-9+.-]*:\/\/|git@)/i.test(source);
}
