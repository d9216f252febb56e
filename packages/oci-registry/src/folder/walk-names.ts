/**
 * Walks a tree of folders, and yields the names (`team/api`) from one on in the order of their bytes.
 *
 * Siblings may come between a name and those below it (`a`, `a-b`, `a/b`), so each folder has two turns: as a name, and, with
 * a slash behind it, as the start of all names below. What cannot hold a name from there on is not read.
 *
 * @param listChildren the folders in one, whose name is `''` for the root and else ends in a slash; in any order.
 */
export async function* walkNames(
  listChildren: (parent: string) => Promise<readonly string[]>,
  from: string,
  parent = '',
): AsyncGenerator<string> {
  const turns = (await listChildren(parent)).flatMap((child) => [parent + child, `${parent}${child}/`]).sort();
  for (const turn of turns) {
    const isBelow = turn.endsWith('/');
    if (isBelow && (turn >= from || from.startsWith(turn))) yield* walkNames(listChildren, from, turn);
    if (!isBelow && turn >= from) yield turn;
  }
}
