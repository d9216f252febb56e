/**
 * The combinations that a new user may have. create-nx-workspace has no version 24: such a workspace is made with 23, then `nx`
 * is upgraded.
 */
const MAJORS = ['22', '23', '24'];
const MANAGERS = ['npm', 'pnpm', 'yarn'];

export const ALL = MAJORS.flatMap((nx) => MANAGERS.map((manager) => ({ nx, manager })));

/** Every version and every package manager, once each. */
export const PAIRWISE = [
  { nx: '22', manager: 'npm' },
  { nx: '23', manager: 'pnpm' },
  { nx: '24', manager: 'yarn' },
];

/** `22-npm 24-yarn` */
export function parseCombinations(words) {
  return words.map((word) => {
    const found = ALL.find(({ nx, manager }) => word === `${nx}-${manager}`);
    if (found === undefined) throw new Error(`"${word}" is unknown → write ${ALL.map(({ nx, manager }) => `${nx}-${manager}`).join(', ')}`);
    return found;
  });
}
