type Environment = Readonly<Record<string, string | undefined>>;

// How git finds its settings, its objects and itself; whom it trusts is among the settings. Everything else that GIT_* says
// (traces, pagers, differs, the index of a hook that is running) is meant for another call of git than ours.
const KEPT = /^GIT_(?:CONFIG(?:_.*)?|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|EXEC_PATH|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES))$/;

/** The environment that git is called in: what shapes its answers is left out of the user's. Pure. */
export function gitEnvironment(env: Environment): Environment {
  // Both together are a choice; GIT_DIR alone is what git sets for its hooks.
  const isChosen = env['GIT_DIR'] !== undefined && env['GIT_WORK_TREE'] !== undefined;
  const isKept = ([name]: readonly [string, unknown]): boolean =>
    !name.startsWith('GIT_') || KEPT.test(name) || (isChosen && (name === 'GIT_DIR' || name === 'GIT_WORK_TREE'));
  return {
    ...Object.fromEntries(Object.entries(env).filter(isKept)),
    // Messages are matched: they must not depend on the user's language, and nothing may ask for a password.
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

/**
 * Settings of a user that change what git prints, or what it runs to find that out, switched off for our calls. Those that say
 * which files are the repository's own (`core.excludesFile`) stay.
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
