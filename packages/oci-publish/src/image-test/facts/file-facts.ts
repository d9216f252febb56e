import { type ElfFacts } from '../../executables/elf';
import { type ModuleImports } from './module-imports';
import { type PackageFacts } from './package-facts';

/** What the checks need from a file's content: extracted once, while its layer is read. */
export interface FileFacts {
  readonly elf?: ElfFacts;
  /** The rest of the line after `#!`. */
  readonly script?: string;
  /** The whole text of a small file with users or library folders. */
  readonly text?: string;
  /** The imports of a JavaScript file. */
  readonly imports?: ModuleImports;
  /** Of a package.json. */
  readonly package?: PackageFacts;
}
