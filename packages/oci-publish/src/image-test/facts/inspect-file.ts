import { type FileInspector } from '@nx-oci/layout';

import { isElf, readElf } from '../../executables/elf';
import { type FileFacts } from './file-facts';
import { readImports } from './module-imports';
import { readPackage } from './package-facts';

const MIB = 1024 * 1024;

// Programs that contain all of their libraries have some hundred MiB.
const MAX_ELF_BYTES = 512 * MIB;
const MAX_MODULE_BYTES = 32 * MIB;
const MAX_TEXT_BYTES = MIB;

const MODULE = /\.(?:js|cjs|mjs)$/;
const PACKAGE = /(?:^|\/)package\.json$/;
const SYSTEM_TEXT = /^etc\/(?:passwd|group|ld\.so\.conf|ld\.so\.conf\.d\/.*|ld-musl-.*\.path)$/;

/** Extracts the facts that the checks need from a file. */
export const fileInspector: FileInspector<FileFacts> = {
  wants(path, head, sizeBytes) {
    if (isElf(head)) return sizeBytes <= MAX_ELF_BYTES;
    if (MODULE.test(path) || isScript(head)) return sizeBytes <= MAX_MODULE_BYTES;
    return (PACKAGE.test(path) || SYSTEM_TEXT.test(path)) && sizeBytes <= MAX_TEXT_BYTES;
  },
  inspect(path, content) {
    if (isElf(content)) {
      const elf = readElf(content);
      return elf === undefined ? undefined : { elf };
    }
    const facts: FileFacts = { ...readScript(content), ...readText(path, content) };
    return Object.keys(facts).length === 0 ? undefined : facts;
  },
};

function isScript(head: Buffer): boolean {
  return head.toString('latin1', 0, 2) === '#!';
}

// The kernel reads no more of the line.
const LINE_BYTES = 255;

function readScript(content: Buffer): Pick<FileFacts, 'script' | 'imports'> {
  if (!isScript(content)) return {};
  const [line = ''] = content.toString('utf8', 2, LINE_BYTES).split('\n');
  // A program of Node need not be called .js.
  const isNode = /\bnode\b/.test(line);
  return {
    script: line.trimEnd() === line ? line.trim() : keepReturn(line),
    ...(isNode && { imports: readImports(content.toString('utf8')) }),
  };
}

/** A line end of Windows becomes part of the interpreter's name, which then does not exist. */
function keepReturn(line: string): string {
  return line.endsWith('\r') ? `${line.trim()}\r` : line.trim();
}

function readText(path: string, content: Buffer): Pick<FileFacts, 'text' | 'package' | 'imports'> {
  if (MODULE.test(path)) return { imports: readImports(content.toString('utf8')) };
  if (SYSTEM_TEXT.test(path)) return { text: content.toString('utf8') };
  const found = PACKAGE.test(path) ? readPackage(content.toString('utf8')) : undefined;
  return found === undefined ? {} : { package: found };
}
