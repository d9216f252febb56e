import { posix } from 'node:path';

import { checkModules } from '../modules/check-modules';
import { findEntry } from '../modules/node-command';
import { checkLinking } from '../checks/check-linking';
import { type ContainerUser, findUser } from '../checks/container-user';
import { environmentOf, findProgram, type Program } from '../checks/find-program';
import { joinFindings, type Fault, type Findings, type TestedImage } from '../checks/tested-image';

// The kernel's limit: a script whose interpreter is a script, and so on.
const MAX_SCRIPTS = 4;

/** Checks what a container of the image runs: its program, what that needs, and what it runs in turn. */
export function checkCommand(image: TestedImage): Findings {
  const { Entrypoint, Cmd } = image.config;
  const words = [...(Entrypoint ?? []), ...(Cmd ?? [])];
  const [first] = words;
  if (first === undefined) return joinFindings([{ notChecked: ['what the image runs: it names neither an entrypoint nor a command'] }]);
  const user = findUser(image);
  if (typeof user === 'string') return joinFindings([{ faults: [{ what: user, fix: 'name one that is there, or use numbers' }] }]);
  const chain = commandChain(words);
  return joinFindings(chain.flatMap((command) => checkWord(image, command, user)));
}

/** Programs that run the rest of their arguments. */
const WRAPPERS = /^(?:tini|dumb-init|catatonit|su-exec|gosu|nice|nohup|exec|env|.*entrypoint.*)$/;

/** A command, and those that it runs in turn: `tini -- docker-entrypoint.sh node main.js` has three. */
function commandChain(words: readonly string[]): readonly (readonly string[])[] {
  const [first = '', ...rest] = words;
  const shell = shellCommand(words);
  if (shell !== undefined) return [words, ...(shell.length === 0 ? [] : commandChain(shell))];
  if (!WRAPPERS.test(posix.basename(first))) return [words];
  const next = rest.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word));
  return next === -1 ? [words] : [words, ...commandChain(rest.slice(next))];
}

/** The words of `sh -c 'node main.js'`, if the script uses no shell syntax. */
function shellCommand([program = '', option = '', text = '']: readonly string[]): readonly string[] | undefined {
  if (!/^(?:ba|da|a)?sh$/.test(posix.basename(program)) || !/^-[a-z]*c$/.test(option)) return undefined;
  const plain = text.trim().replace(/^exec\s+/, '');
  return /^[\w@%+=:,./ -]+$/.test(plain) && !/^\w+=/.test(plain) && !BUILTINS.has(plain.split(' ')[0] ?? '') ? plain.split(/\s+/) : [];
}

const BUILTINS = new Set([
  'cd',
  'echo',
  'eval',
  'exit',
  'export',
  'read',
  'set',
  'sleep',
  'source',
  'trap',
  'true',
  'ulimit',
  'umask',
  'wait',
  '.',
]);

function checkWord(image: TestedImage, words: readonly string[], user: ContainerUser): readonly Partial<Findings>[] {
  const program = findProgram(image, words[0] ?? '', user);
  if (!('file' in program)) return [{ faults: [program] }];
  const entry = findEntry(words, environmentOf(image));
  return [checkProgram(image, program, user), ...(entry === undefined ? [] : [checkModules(image, entry)])];
}

/** Checks a program with its loader and libraries, or a script with its interpreter. */
export function checkProgram(image: TestedImage, program: Program, user: ContainerUser, level = 0): Partial<Findings> {
  const { path, file } = program;
  const elf = file.facts?.elf;
  if (elf !== undefined) return checkLinking(image, path, { realPath: program.realPath, elf, wantedBy: [] });
  if (file.facts?.script === undefined) return { faults: [noProgram(path, file.sizeBytes)] };
  const interpreter = interpreterOf(image, file.facts.script, user);
  if (!('file' in interpreter))
    return { faults: [{ ...interpreter, what: `${path} begins with #!${showLine(file.facts.script)}: ${interpreter.what}` }] };
  return level > MAX_SCRIPTS ? {} : checkProgram(image, interpreter, user, level + 1);
}

/** `/usr/bin/env -S node --flag` searches `node` like a shell. */
function interpreterOf(image: TestedImage, line: string, user: ContainerUser): Program | Fault {
  const end = /[ \t]/.exec(line)?.index ?? line.length;
  const interpreter = findProgram(image, line.slice(0, end), user);
  if (!('file' in interpreter) || posix.basename(interpreter.path) !== 'env') return interpreter;
  const word = line
    .slice(end)
    .split(/[ \t]+/)
    .find((one) => one !== '' && !one.startsWith('-') && !/^\w+=/.test(one));
  return word === undefined ? interpreter : findProgram(image, word, user);
}

/** With a Windows line end, the kernel looks for a name that ends in a carriage return. */
function showLine(line: string): string {
  return line.replace('\r', '\\r');
}

function noProgram(path: string, sizeBytes: number): Fault {
  const why = sizeBytes === 0 ? 'it is empty' : 'it is neither an ELF file nor a script that begins with #!';
  return { what: `${path} is not a program: ${why}`, fix: 'begin it with a line such as #!/bin/sh, or name the program that runs it' };
}
