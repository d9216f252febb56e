import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

// The packages below oci-publish serve any workspace: their messages, hints and comments name neither a build tool nor the file
// in which its users write settings. Callers that know the file pass its name (`settingsFile`).

const PACKAGES = ['oci-model', 'oci-distribution', 'oci-layout', 'oci-registry'];
const FOREIGN_WORDS =
  /registries\.yaml|\bNx\b|\bnx (?:run|g|affected|release)\b|\bexecutors?\b|\bdependsOn\b|\bimage target\b|\b(?:nx|project)\.json\b/g;

const root = join(__dirname, '../..');
const files = PACKAGES.flatMap((name) => readdirSync(join(root, name, 'src'), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const wordsIn = (text: string): readonly string[] => text.match(FOREIGN_WORDS) ?? [];

describe(`the texts of ${files.length} files below oci-publish`, () => {
  it('are read, and searched for the right words', () => {
    expect(files).toEqual(
      expect.arrayContaining([
        join('oci-model', 'src/names/reference.ts'),
        join('oci-distribution', 'src/attempts/connection-failure.ts'),
        join('oci-layout', 'src/index.ts'),
        join('oci-registry', 'src/index.ts'),
      ]),
    );
    expect(wordsIn('Set `auth` in registries.yaml of Nx, for the executor in project.json.')).toHaveLength(4);
  });

  it.each(files)('name neither Nx nor its configuration: %s', (file) => {
    expect(wordsIn(readFileSync(join(root, file), 'utf8'))).toEqual([]);
  });
});
