import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lists the third-party libraries in the package, with the full licence text of each. */
export function writeLicenses({ file, inputs }) {
  const folders = [...new Set(inputs.map((input) => /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(input)?.[0]))].sort();
  if (folders.length === 0) return;
  const parts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const licenseFile = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)\b/i.test(entry));
    if (licenseFile === undefined) throw new Error(`${name} ${version} lacks the text of its licence (${license}).`);
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, licenseFile), 'utf8').trim()}\n`;
  });
  writeFileSync(file, `Third-party libraries in this folder, and their licences.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`);
}
