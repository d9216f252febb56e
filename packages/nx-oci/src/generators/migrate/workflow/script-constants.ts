import { posix } from 'node:path';

import { replaceConstants, type Constants } from '../expressions/evaluate-expression';
import { type Step } from './workflow-file';

/** What scripts set for later steps in one line: `echo "NAME=value" >> $GITHUB_ENV`, or `$GITHUB_OUTPUT`. */
export function readScriptConstants(steps: readonly Step[], before: Constants): Constants {
  const constants: Record<string, string> = { ...before };
  for (const { id, run } of steps) {
    for (const line of run.split('\n')) {
      const [, name = '', written = '', file] =
        /^\s*echo\s+["']?([A-Za-z_]\w*)=(.*?)["']?\s*>>?\s*["']?\$\{?GITHUB_(ENV|OUTPUT)\}?["']?\s*$/.exec(line) ?? [];
      if (file === undefined) continue;
      const value = readValue(replaceConstants(written, constants), constants);
      const key = file === 'ENV' ? `env.${name}` : `steps.${id ?? ''}.outputs.${name}`;
      if (value !== undefined) constants[key] = value;
    }
  }
  return constants;
}

const VARIABLES: Readonly<Record<string, string>> = {
  GITHUB_REPOSITORY: '${{ github.repository }}',
  GITHUB_REPOSITORY_OWNER: '${{ github.repository_owner }}',
  GITHUB_SHA: '${{ github.sha }}',
  GITHUB_REF_NAME: '${{ github.ref_name }}',
  GITHUB_RUN_NUMBER: '${{ github.run_number }}',
};

/** The usual forms, in which upper case does not matter, since names of images are lower-cased anyway. */
function readValue(text: string, constants: Constants): string | undefined {
  if (/^\$\{GITHUB_SHA::7\}$|^\$\(git rev-parse --short(?:=7)? (?:HEAD|\$\{?GITHUB_SHA\}?|"\$\{?GITHUB_SHA\}?")\)$/.test(text))
    return '{{sha}}';
  if (/^\$\{GITHUB_REF#refs\/tags\/\}$/.test(text)) return '{{tag}}';
  const [, base] = /^\$\(basename\s+["']?([^"'`$()]+?)["']?\)$/.exec(text) ?? [];
  if (base !== undefined) return posix.basename(base);
  const [, lowered] =
    /^\$\(echo\s+["']?(.*?)["']?\s*\|\s*tr\s+['"]?(?:\[:upper:\]|A-Z)['"]?\s+['"]?(?:\[:lower:\]|a-z)['"]?\)$/.exec(text) ?? [];
  const filled = (lowered ?? text).replaceAll(
    /\$\{?([A-Z_]\w*)(?:,,)?\}?/g,
    (whole, name: string) => VARIABLES[name] ?? constants[`env.${name}`] ?? whole,
  );
  return /\$(?!\{\{)|`/.test(filled) ? undefined : filled;
}
