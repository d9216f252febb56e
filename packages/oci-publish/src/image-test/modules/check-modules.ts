import { posix } from 'node:path';

import { checkArchitecture } from '../checks/check-linking';
import { environmentOf, workingFolderOf } from '../checks/find-program';
import { joinFindings, type Fault, type Findings, type TestedImage } from '../checks/tested-image';
import { type ModuleImport } from '../facts/module-imports';
import { type NodeEntry } from './node-command';
import { type Importer, ModuleResolver, splitSpecifier } from './resolve-module';

// A server with all its dependencies has some thousand.
const MAX_MODULES = 50_000;

/** Follows the modules that Node loads, starting with its main file. */
export function checkModules(image: TestedImage, entry: NodeEntry): Findings {
  const resolver = new ModuleResolver(image.files);
  const folder = workingFolderOf(image);
  const main = resolver.resolve(posix.resolve(folder, entry.main), { folder, kind: 'require' });
  if (main.kind !== 'file') {
    const path = posix.resolve(folder, entry.main);
    return joinFindings([
      {
        faults: [
          {
            what: `the command starts node with ${path}, which is not in the image`,
            fix: 'correct the command, or put the file into a layer',
          },
        ],
      },
    ]);
  }
  const walk = new ModuleWalk(image, resolver);
  for (const { specifier, kind } of entry.before) walk.follow('the command', { specifier, kind, isCertain: true }, { folder, kind });
  walk.start(main.path);
  return walk.finish(main.path);
}

interface MissingModule {
  readonly importer: string;
  readonly specifier: string;
  readonly kind: ModuleImport['kind'];
  readonly why: string;
  others: number;
}

class ModuleWalk {
  private readonly seen = new Set<string>();
  private readonly waiting: string[] = [];
  private readonly missing = new Map<string, MissingModule>();
  private readonly doubtful = new Map<string, MissingModule>();
  private readonly addons: Fault[] = [];
  private readonly nodePath: readonly string[];

  constructor(
    private readonly image: TestedImage,
    private readonly resolver: ModuleResolver,
  ) {
    this.nodePath = (environmentOf(image)['NODE_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  }

  start(path: string): void {
    this.add(path);
    for (let file = this.waiting.shift(); file !== undefined && this.seen.size < MAX_MODULES; file = this.waiting.shift()) this.read(file);
  }

  /** @param importer for messages */
  follow(importer: string, one: ModuleImport, asking: Importer): void {
    const found = this.resolver.resolve(one.specifier, { ...asking, nodePath: this.nodePath });
    if (found.kind === 'file' && one.isCertain) this.add(found.path);
    if (found.kind !== 'missing' || this.isOptional(one.specifier)) return;
    const list = one.isCertain ? this.missing : this.doubtful;
    // Dependencies often handle missing optional modules themselves.
    if (!one.isCertain && importer.includes('/node_modules/')) return;
    const noted = list.get(one.specifier);
    if (noted === undefined) list.set(one.specifier, { importer, specifier: one.specifier, kind: one.kind, why: found.why, others: 0 });
    else noted.others++;
  }

  finish(main: string): Findings {
    const faults = [...this.missing.values()].map(describeMissing);
    const doubts = [...this.doubtful.values()]
      .filter(({ specifier }) => !this.missing.has(specifier))
      .map((one) => `${describeMissing(one).what}: the program fails if it runs that code`);
    const count = this.seen.size === 1 ? 'its one file' : `${this.seen.size} files`;
    const proven = faults.length > 0 ? [] : [`${main} has what it imports (${count})`];
    return joinFindings([{ faults: [...faults, ...this.addons], doubts, proven }]);
  }

  private isOptional(specifier: string): boolean {
    return this.image.optional.some((name) => name === specifier || name === splitSpecifier(specifier)[0]);
  }

  private add(path: string): void {
    if (this.seen.has(path)) return;
    this.seen.add(path);
    this.waiting.push(path);
  }

  private read(path: string): void {
    const found = this.image.files.resolve(path);
    const facts = found.kind === 'found' ? found.file.facts : undefined;
    const otherMachine = facts?.elf === undefined ? undefined : checkArchitecture(this.image, path, facts.elf);
    if (otherMachine !== undefined) this.addons.push(otherMachine);
    const isModule = facts?.imports !== undefined && this.isModule(path, facts.imports.isModule);
    for (const one of facts?.imports?.list ?? []) {
      // `require` in an ES module is a function of its author.
      if (one.kind === 'require' && isModule) continue;
      this.follow(path, one, { folder: posix.dirname(path), kind: one.kind });
    }
  }

  private isModule(path: string, hasStatements: boolean): boolean {
    if (/\.[cm]js$/.test(path)) return path.endsWith('.mjs');
    const type = this.resolver.packageOf(posix.dirname(path))?.facts.type;
    return type === undefined ? hasStatements : type === 'module';
  }
}

function describeMissing({ importer, specifier, kind, why, others }: MissingModule): Fault {
  const more = others === 0 ? '' : ` (so ${others === 1 ? 'does 1 other file' : `do ${others} other files`})`;
  const isPath = /^[./]/.test(specifier);
  return {
    what: `${importer} ${kind === 'require' ? 'requires' : 'imports'} ${specifier}${more}, ${why}`,
    fix: isPath
      ? 'put the file into a layer'
      : 'put node_modules with it into a layer, have the build bundle it, or name it in `optional` if the program works without it',
  };
}
