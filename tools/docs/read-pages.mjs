import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * All pages of the repository that people read.
 *
 * @returns {{ file: string, text: string }[]} paths from its root
 */
export function readPages(root) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.md'];
  const files = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  const pages = [...new Set(files)].filter((file) => file !== '' && !/\/fixtures\/|^tools\/site\//.test(file));
  return pages.flatMap((file) => {
    try {
      return [{ file, text: readFileSync(join(root, file), 'utf8') }];
    } catch (error) {
      // Deleted, but not yet committed.
      if (error.code === 'ENOENT') return [];
      throw error;
    }
  });
}

const FENCE = /^( *)(`{3,})(\w*)[^\n]*\n([\s\S]*?)^\1\2 *$/gm;

/** The text without its code blocks. */
export const proseOf = (text) => text.replace(FENCE, '');

/** @returns {{ file: string, language: string, code: string }[]} */
export function codeBlocksOf({ file, text }) {
  return [...text.matchAll(FENCE)].map(([, indent, , language, code]) => ({
    file,
    language,
    code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}
