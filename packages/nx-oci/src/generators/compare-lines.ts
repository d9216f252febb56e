/**
 * What to change in `before` to get `after`, line by line: `- gone`, `+ new`, and with two spaces the unchanged line before
 * and after a change; `…` stands for the unchanged lines between. Nothing for equal texts.
 */
export function compareLines(before: string, after: string): readonly string[] {
  const lines = align(before.trimEnd().split('\n'), after.trimEnd().split('\n'));
  const isChanged = (index: number): boolean => lines[index]?.startsWith('  ') === false;
  const isShown = (index: number): boolean => isChanged(index - 1) || isChanged(index) || isChanged(index + 1);
  return lines.flatMap((line, index) => {
    if (isShown(index)) return [line];
    // One mark for each gap; none after the last change.
    return isShown(index + 1) && index + 1 < lines.length ? ['…'] : [];
  });
}

/** All lines of both texts in order, along a longest common subsequence. */
function align(old: readonly string[], wanted: readonly string[]): readonly string[] {
  const common = commonLengths(old, wanted);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < wanted.length) {
    if (i < old.length && old[i] === wanted[j]) {
      lines.push(`  ${old[i]}`);
      i++;
      j++;
    } else if (j === wanted.length || (i < old.length && lengthAt(common, i + 1, j) >= lengthAt(common, i, j + 1))) {
      lines.push(`- ${old[i++]}`);
    } else {
      lines.push(`+ ${wanted[j++]}`);
    }
  }
  return lines;
}

/** At [i][j]: the length of the longest common subsequence of the lines from `old[i]` and from `wanted[j]`. */
function commonLengths(old: readonly string[], wanted: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: old.length + 1 }, () => Array.from({ length: wanted.length + 1 }, () => 0));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = wanted.length - 1; j >= 0; j--) {
      const length =
        old[i] === wanted[j] ? lengthAt(lengths, i + 1, j + 1) + 1 : Math.max(lengthAt(lengths, i + 1, j), lengthAt(lengths, i, j + 1));
      lengths[i]?.splice(j, 1, length);
    }
  }
  return lengths;
}

function lengthAt(lengths: readonly (readonly number[])[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
