import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

import { describeError } from '@nx-oci/publish';

import { installAll } from '../install-all';
import { libcOfMachine } from '../libc-of-machine';
import { normalizeOptions, type DependenciesOptions } from '../normalize-options';

/** A workspace in a temporary folder, with the output of a build and a prune of `api` in `dist/api`. */
export class DependenciesWorkspace {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-dependencies-')));
  readonly output = join(this.root, 'dist/image-dependencies/api');
  readonly printed: string[] = [];

  write(file: string, content: string | object): void {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), typeof content === 'string' ? content : JSON.stringify(content));
  }

  /** Writes a lock file with the package manager itself. */
  async lock([program = '', ...args]: readonly string[], env = process.env): Promise<void> {
    const call = promisify(execFile)(program, args, { cwd: join(this.root, 'dist/api'), env });
    await call.catch((error: unknown) => {
      throw new Error(`${program} ${args.join(' ')} failed: ${(error as { readonly stdout?: string }).stdout ?? ''}`, { cause: error });
    });
    rmSync(join(this.root, 'dist/api/node_modules'), { recursive: true, force: true });
  }

  async install(options: DependenciesOptions = {}, env: NodeJS.ProcessEnv = process.env): Promise<void> {
    const machine = { os: process.platform, cpu: process.arch, libc: libcOfMachine() };
    const task = { workspaceRoot: this.root, project: 'api' };
    const normalized = normalizeOptions({ from: 'dist/api', ...options }, { ...task, machine });
    const { signal } = new AbortController();
    await installAll(normalized, { ...task, env, signal, print: (text) => this.printed.push(text) });
  }

  /** The message of a failed install. */
  async failure(options?: DependenciesOptions, env?: NodeJS.ProcessEnv): Promise<string> {
    try {
      await this.install(options, env);
    } catch (error) {
      return describeError(error);
    }
    throw new Error('it was installed');
  }

  /** Names of the installed packages in `node_modules` itself. */
  installed(): readonly string[] {
    return readdirSync(join(this.output, 'node_modules')).filter((name) => !name.startsWith('.'));
  }

  /** The content of all files of the output. */
  readonly paths = (): readonly string[] => Object.keys(this.contents());

  /** Digests of all files and targets of all links of the output, by path. */
  contents(): Readonly<Record<string, string>> {
    const entries = readdirSync(this.output, { recursive: true, withFileTypes: true }).map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name);
      const isLink = lstatSync(path).isSymbolicLink();
      const content = isLink ? readlinkSync(path) : entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
      return [relative(this.output, path), content];
    });
    return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
