import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Targets of the examples by their usual names. */
const EXECUTORS = { image: 'build', 'image-dependencies': 'dependencies', mirror: 'copy', promote: 'copy' };
/** What Nx itself, or its devkit, takes. */
const OF_NX =
  /^(?:skip-nx-cache|skipNxCache|excludeTaskDependencies|exclude-task-dependencies|configuration|parallel|output-style|outputStyle|verbose|help|projects|exclude|targets|target|batch|no-agents|nx-bail|nxBail|dry-run|interactive|no-interactive|graph|base|head|files|skipSync|tui|all)$/;

/** Reads which executors, generators, options and scripts exist. */
export function readKnown(root) {
  const json = (file) => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const optionsOf = (kind) => {
    const listed = json(`packages/nx-oci/${kind}.json`)[kind];
    return Object.fromEntries(Object.entries(listed).map(([name, { schema }]) => [name, json(`packages/nx-oci/${schema}`).properties]));
  };
  return { executors: optionsOf('executors'), generators: optionsOf('generators'), scripts: json('package.json').scripts };
}

/**
 * Commands of a shell block that name something that does not exist.
 *
 * @returns {{ count: number, problems: string[] }} how many commands were looked at
 */
export function findWrongCommands({ file, code }, known) {
  const lines = code.replace(/\\\n/g, ' ').split('\n');
  const commands = lines
    .map((line) =>
      line
        .replace(/\s+#\s.*$/, '')
        .replace(/^\$ /, '')
        .trim(),
    )
    .filter((line) => /(?:^|[\s;&(])(?:nx|npm run) /.test(line));
  const problems = commands.flatMap((command) => judge(command, known).map((problem) => `${file}: ${problem} in \`${command}\``));
  return { count: commands.length, problems };
}

function judge(command, known) {
  const words = command.replace(/\$\([^)]*\)/g, '').split(/\s+/);
  const flags = words.flatMap((word) => /^--([A-Za-z][\w-]*)/.exec(word)?.[1] ?? []).filter((flag) => !OF_NX.test(flag));
  const script = /npm run ([\w:-]+)/.exec(command)?.[1];
  if (script !== undefined) return script in known.scripts ? [] : [`no script ${script}`];
  const generator = /nx (?:g|generate) nx-oci:([\w-]+)/.exec(command)?.[1];
  if (generator !== undefined) return judgeFlags(flags, known.generators[generator], `generator ${generator}`);
  const target = /nx run [^\s:]+:([\w-]+)/.exec(command)?.[1] ?? /nx (?:affected|run-many) .*?-t[ =]([\w-]+)/.exec(command)?.[1];
  const executor = EXECUTORS[target] ?? target;
  return executor in known.executors ? judgeFlags(flags, known.executors[executor], `executor ${executor}`) : [];
}

function judgeFlags(flags, options, owner) {
  if (options === undefined) return [`no ${owner}`];
  const camel = (flag) => flag.replace(/^no-/, '').replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  return flags.filter((flag) => !(camel(flag) in options)).map((flag) => `no option --${flag} of the ${owner}`);
}
