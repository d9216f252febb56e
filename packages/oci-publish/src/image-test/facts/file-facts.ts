import { type ElfFacts } from './elf';
import { type ModuleImports } from './module-imports';
import { type PackageFacts } from './package-facts';

/** What the checks may ask of a file's content: all of it is read while its layer passes by, once. */
export interface FileFacts {
  readonly elf?: ElfFacts;
  /** The line behind `#!`. */
  readonly script?: string;
  /** The whole of a small file that tells of users and library folders. */
  readonly text?: string;
  /** What a JavaScript file imports. */
  readonly imports?: ModuleImports;
  /** Of a package.json. */
  readonly package?: PackageFacts;
}
