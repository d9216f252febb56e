type Environment = Readonly<Record<string, string | undefined>>;

// Variables with which git finds its settings (which include the trusted folders), its objects and itself. All other GIT_*
// variables (traces, pagers, diff programs, the index of a running hook) are for other calls of git than ours.
const KEPT = /^GIT_(?:CONFIG(?:_.*)?|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|EXEC_PATH|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES))$/;

/** The environment for calls of git: that of the user, without the variables that change git's output. Pure. */
export function gitEnvironment(env: Environment): Environment {
  // Both together are the user's choice; GIT_DIR alone is set by git for its hooks.
  const isChosen = env['GIT_DIR'] !== undefined && env['GIT_WORK_TREE'] !== undefined;
  const isKept = ([name]: readonly [string, unknown]): boolean =>
    !name.startsWith('GIT_') || KEPT.test(name) || (isChosen && (name === 'GIT_DIR' || name === 'GIT_WORK_TREE'));
  return {
    ...Object.fromEntries(Object.entries(env).filter(isKept)),
    // We match messages, so they must not depend on the user's language; and git must not prompt for a password.
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

/**
 * Switches off the user's settings that change git's output, or the programs it runs. Settings that define which files belong to
 * the repository (`core.excludesFile`) stay.
 */
export const GIT_SETTINGS: readonly string[] = [
  '--no-pager',
  ...[
    'color.ui=false',
    'color.diff=false',
    'color.status=false',
    'color.branch=false',
    'core.quotePath=false',
    'core.fsmonitor=false',
    'log.showSignature=false',
    'log.showRoot=true',
    'diff.ignoreSubmodules=none',
    'diff.noprefix=false',
    'diff.mnemonicPrefix=false',
    'diff.relative=false',
    'diff.external=',
    'status.relativePaths=false',
    'status.showStash=false',
    'status.showUntrackedFiles=normal',
    'status.submoduleSummary=false',
    'status.short=false',
    'status.branch=false',
  ].flatMap((setting) => ['-c', setting]),
];
