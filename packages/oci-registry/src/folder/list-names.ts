import { eachOf } from '../storage/each-of';

/** A query for names in a tree of folders. */
export interface NameQuery {
  /** The folders in `parent`, in any order; `parent` is empty for the root, and otherwise ends with a slash. */
  readonly listChildren: (parent: string) => Promise<readonly string[]>;
  /** Whether to list a name. */
  readonly isListed: (name: string) => Promise<boolean>;
  /** Omits names before it; it need not exist. */
  readonly from: string;
  readonly limit: number;
}

/**
 * Lists names in folders (`team/api`) in byte order. With a limit, it reads sequentially and stops there; without one, it reads
 * in parallel.
 *
 * Siblings may come between a name and those below it (`a`, `a-b`, `a/b`), so each folder has two turns: as a name, and, with a
 * trailing slash, as the prefix of all names below. Folders whose names all precede `from` are not read.
 */
export async function listNames(query: NameQuery, parent = ''): Promise<readonly string[]> {
  const { listChildren, from, limit } = query;
  if (limit <= 0) return [];
  const turns = (await listChildren(parent)).flatMap((child) => [parent + child, `${parent}${child}/`]);
  const wanted = turns.filter((turn) => turn >= from || (turn.endsWith('/') && from.startsWith(turn))).sort();
  if (limit === Infinity) return (await eachOf(wanted, (turn) => listTurn(query, turn))).flat();
  const names: string[] = [];
  for (const turn of wanted) {
    if (names.length >= limit) break;
    names.push(...(await listTurn({ ...query, limit: limit - names.length }, turn)));
  }
  return names;
}

async function listTurn(query: NameQuery, turn: string): Promise<readonly string[]> {
  if (turn.endsWith('/')) return listNames(query, turn);
  return (await query.isListed(turn)) ? [turn] : [];
}
