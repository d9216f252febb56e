import { eachOf } from '../storage/each-of';

/** A tree of folders, and what is asked of it. */
export interface NameQuery {
  /** The folders in one, in any order; its name is empty for the root, and else ends in a slash. */
  readonly listChildren: (parent: string) => Promise<readonly string[]>;
  /** Whether a name counts. */
  readonly isListed: (name: string) => Promise<boolean>;
  /** Names before it are left out; it need not exist. */
  readonly from: string;
  readonly limit: number;
}

/**
 * Lists names in folders (`team/api`) in the order of their bytes. With a limit it reads no further than that, one after the
 * other; all names are read some at once.
 *
 * Siblings may come between a name and those below it (`a`, `a-b`, `a/b`), so each folder has two turns: as a name, and, with
 * a slash behind it, as the start of all names below. What cannot hold a name from `from` on is not read.
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
