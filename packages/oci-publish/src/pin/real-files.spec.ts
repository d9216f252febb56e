import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import { describeWith } from '@nx-oci/model/testing';

import { splice } from './edits/splice';
import { mergeEdits } from './places/merge-edits';
import { readPlaces } from './read-file';

const FIXTURES = join(__dirname, 'fixtures');
const NAMES = ['ghcr.io/acme/api', 'ghcr.io/acme/web'];
const PIN = { tag: 'v1.2.3', digest: `sha256:${'a'.repeat(64)}` };
const MARK = '\uFEFF';

/** What stays in each file, and the beginning of the reason; nothing stays in any other file. */
const LEFT: Readonly<Record<string, readonly string[]>> = {
  'compose/variable.yaml': ['3 its tag comes from a variable'],
  'compose/built.yaml': ['7 the service builds it'],
  'kubernetes/environment.yaml': ['14 it is not known what reads it under `value`'],
  'kubernetes/config-map.yaml': ['5 it stands within a longer text'],
  'helm/several/values-shared-tag.yaml': ['1 shared', '1 shared'],
  'helm/tag-elsewhere/values.yaml': ['4 there is no `tag` and no `digest`'],
};

const PARTS = ['ghcr.io/acme/api', 'ghcr.io/acme/web'];

/** What readers show of it: images that keep their tags, and names whose tags are in other keys. */
const UNPINNED: Readonly<Record<string, readonly string[]>> = {
  'compose/variable.yaml': ['ghcr.io/acme/api:latest'],
  'compose/built.yaml': ['ghcr.io/acme/api:dev', 'ghcr.io/acme/api:cache'],
  'kubernetes/environment.yaml': ['ghcr.io/acme/web:v1'],
  'kubernetes/config-map.yaml': ['ghcr.io/acme/api:v1'],
  'kubernetes/flux-helm-release.yaml': PARTS,
  'kubernetes/flux-kustomization.yaml': PARTS,
  'kubernetes/operator-image-keys.yaml': PARTS,
  'helm/several/values-shared-tag.yaml': ['ghcr.io/acme/api:v1', 'ghcr.io/acme/web:v1'],
  'helm/tag-elsewhere/values.yaml': ['ghcr.io/acme/api:v1'],
};

interface PinnedText {
  readonly text: string;
  readonly left: readonly string[];
}

function pin(path: string, text: string): PinnedText {
  const isKustomization = /kustomization|Kustomization/.test(path);
  const found = readPlaces(text, { names: NAMES, isOurs: (name) => NAMES.includes(name), isKustomization });
  const written = found.places.map((owner) => {
    // Two images never have one digest.
    const edits = owner.write({ ...PIN, digest: digestOf(owner.name) });
    if (typeof edits === 'string') throw new Error(`${path}: ${edits}`);
    return { owner, edits };
  });
  const { edits, shared } = mergeEdits(written, found.uses);
  const left = [...found.unplaced, ...shared.map(({ line }) => ({ line, reason: 'shared' }))];
  return { text: splice(text, edits), left: left.map(({ line, reason }) => `${line} ${reason}`) };
}

const digestOf = (name: string): string => (name.endsWith('api') ? PIN.digest : `sha256:${'b'.repeat(64)}`);

function listFiles(folder: string): readonly string[] {
  return readdirSync(join(FIXTURES, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(join(FIXTURES, path)).isFile() && !/Chart\.yaml|templates/.test(path));
}

const files = ['compose', 'kubernetes', 'kustomize', 'helm'].flatMap(listFiles);

it('has more than fifty files', () => expect(files.length).toBeGreaterThan(50));

describe('pinning files of shapes that public repositories have', () => {
  it.each(files)('%s: again changes nothing, and Windows line ends and a mark stay', (path) => {
    const source = readFileSync(join(FIXTURES, path), 'utf8');
    const { text, left } = pin(path, source);
    expect(left).toEqual((LEFT[path] ?? []).map((line) => expect.stringMatching(`^${line}`) as string));
    expect(pin(path, text)).toEqual({ text, left });
    const windows = (linux: string): string => linux.replaceAll('\n', '\r\n');
    expect(pin(path, windows(source)).text).toBe(windows(text));
  });
});

/** The fixtures as they are, and pinned. */
interface Folders {
  readonly before: string;
  readonly after: string;
}

function copyFixtures(): Folders & { readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'nx-oci-pin-'));
  const [before, after] = [join(root, 'before'), join(root, 'after')];
  cpSync(FIXTURES, before, { recursive: true });
  cpSync(FIXTURES, after, { recursive: true });
  for (const path of files) {
    const pinned = pin(path, readFileSync(join(after, path), 'utf8')).text;
    // The readers must accept a mark, too, except where a list of files is concatenated.
    writeFileSync(join(after, path), path.startsWith('compose/') ? MARK + pinned : pinned);
  }
  return { before, after, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const IMAGE = /((?:ghcr\.io|mirror\.example)\/[a-z/-]+)((?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?)/g;

/** What a reader shows, without tags and digests of images; and these. */
function split(output: string): { readonly rest: string; readonly images: readonly string[] } {
  return { rest: output.replace(IMAGE, '$1'), images: output.match(IMAGE) ?? [] };
}

/** Reads the same thing before and after; the images of the workspace are pinned, and nothing else differs. */
function expectPinned(folders: Folders, read: (folder: string) => string, unpinned: readonly string[] = []): void {
  const [before, after] = [split(read(folders.before)), split(read(folders.after))];
  expect(after.rest).toBe(before.rest);
  const expected = before.images.map((image) => {
    const name = image.replace(/[:@].*$/, '');
    return NAMES.includes(name) && !unpinned.includes(image) ? `${name}:v1.2.3@${digestOf(name)}` : image;
  });
  expect(before.images.length).toBeGreaterThan(0);
  expect(after.images.map(withoutTagOfDigest)).toEqual(expected.map(withoutTagOfDigest));
}

/** Where only a digest is written, a tag is not added. */
const withoutTagOfDigest = (image: string): string => image.replace(/:[\w.-]+@/, '@');

const run = (program: string, args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', env: { ...process.env, HOME: tmpdir() }, stdio: ['ignore', 'pipe', 'pipe'] });

describeWith(['compose'], 'docker compose', (things) => {
  const folders = copyFixtures();
  afterAll(folders.remove);

  it.each(files.filter((path) => path.startsWith('compose/')))('reads %s as before, with the pinned images', (path) => {
    const read = (folder: string): string =>
      run(things.tool('compose'), ['--project-name', 'p', '--profile', '*', '-f', join(folder, path), 'config', '--no-path-resolution']);
    expectPinned(folders, read, UNPINNED[path]);
  });
});

describeWith(['kustomize'], 'kustomize', (things) => {
  const folders = copyFixtures();
  afterAll(folders.remove);
  const kustomizations = files.filter(
    (path) => /ustomization/.test(path) && path.startsWith('kustomize/') && !/component\/|base\//.test(path),
  );
  const build = (folder: string): string => run(things.tool('kustomize'), ['build', folder]);

  it.each([...new Set([...kustomizations.map((path) => relative('', join(path, '..'))), 'kustomize/with-component'])])(
    'builds %s as before, with the pinned images',
    (path) => expectPinned(folders, (folder) => build(join(folder, path))),
  );

  it.each(files.filter((path) => path.startsWith('kubernetes/')))('reads %s as before, with the pinned images', (path) => {
    const read = (folder: string): string => {
      const own = mkdtempSync(join(folder, 'one-'));
      cpSync(join(folder, path), join(own, 'object.yaml'));
      writeFileSync(join(own, 'kustomization.yaml'), 'resources: [object.yaml]\n');
      return build(own);
    };
    // Nothing but the operator itself joins a name with the keys beside it.
    const withoutParts = (folder: string): string => read(folder).replace(/(?:tag|newTag|digest): \S+\n */g, '');
    expectPinned(folders, withoutParts, UNPINNED[path]);
    if (path !== 'kubernetes/config-map.yaml') expect(read(folders.after)).toMatch(/@?sha256:(?:a{64}|b{64})/);
  });
});

describeWith(['helm'], 'helm', (things) => {
  const folders = copyFixtures();
  afterAll(folders.remove);

  it.each(files.filter((path) => path.startsWith('helm/')))('renders %s as before, with the pinned images', (path) => {
    const chart = join(path, '..');
    expectPinned(
      folders,
      (folder) => run(things.tool('helm'), ['template', 'app', join(folder, chart), '-f', join(folder, path)]),
      UNPINNED[path],
    );
  });
});
