import { printable } from '@nx-oci/publish';

import { type ImageStatus } from './plan-schema';
import { makePlan } from './make-plan';
import { planDotenv, planOutputs } from './plan-outputs';
import { renderWorkspacePlan } from './render-workspace-plan';

const COMMIT = 'a1b2c3d4e5f6'.repeat(4).slice(0, 40);
const image = (project: string, more: Partial<ImageStatus> = {}): ImageStatus => ({
  project,
  target: 'publish',
  outcome: 'upToDate',
  reasons: [],
  published: [{ registry: 'ghcr', place: `ghcr.io/acme/${project}`, tag: 'latest', revision: COMMIT, sizeBytes: 46_900_000 }],
  ...more,
});
const WANTED = image('web', {
  outcome: 'publish',
  reasons: [
    { kind: 'files', files: ['a', 'b', 'c', 'd', 'e'] },
    { kind: 'dependency', projects: ['ui'] },
    { kind: 'base', reference: 'docker.io/library/node:22', from: `sha256:${'1'.repeat(64)}`, to: `sha256:${'2'.repeat(64)}` },
  ],
});
const NEW = image('api', {
  outcome: 'publish',
  reasons: [{ kind: 'missing', registries: ['ghcr'] }],
  published: [{ registry: 'ghcr', place: 'ghcr.io/acme/api' }],
});

const render = (...images: readonly ImageStatus[]): string => printable(renderWorkspacePlan(makePlan(COMMIT, images)), { hasColor: false });

describe('the plan of a workspace in the terminal', () => {
  it('reports once which git tag is not a release, and for which projects', () => {
    const notice = 'git tag at HEAD 3.59.0 is not a release: it does not match `v{version}`';
    const shown = render(...['a', 'b', 'c', 'd', 'e'].map((name) => image(name, { notice })), image('f'));
    expect(shown.match(/3\.59\.0/g)).toHaveLength(1);
    expect(shown).toContain(`a, b, c and 2 more: ${notice}`);
  });

  it('has one line per reason, and the command that publishes the images', () => {
    expect(render(WANTED, image('docs'), NEW)).toBe(
      [
        'image  published now                        size         why',
        'api    ghcr.io/acme/api: nothing            not built    not in ghcr yet',
        'docs   ghcr.io/acme/docs:latest of a1b2c3d  46.9 MB      up to date',
        'web    ghcr.io/acme/web:latest of a1b2c3d   46.9 MB now  files changed: a, b, c and 2 more',
        '                                                         dependency changed: ui',
        '                                                         base image moved: docker.io/library/node:22 is sha256:222222222222, was sha256:111111111111',
        '2 of 3 images to publish.',
        '  → nx run-many -t publish --projects=api,web',
      ].join('\n'),
    );
  });

  it('shows the growth of a built image, and distinguishes new from unknown', () => {
    const [now] = WANTED.published;
    const { sizeBytes: _size, ...unknown } = now!;
    const shown = render(
      { ...WANTED, project: 'a', sizeBytes: 48_200_000, published: [{ ...now!, growthBytes: 1_300_000 }] },
      { ...WANTED, project: 'b', sizeBytes: 48_200_000, published: [unknown] },
      { ...WANTED, project: 'c', published: [unknown] },
      { ...NEW, project: 'd', sizeBytes: 48_200_000 },
    );
    expect(shown).toMatch(/\na .+ 48\.2 MB \(\+1\.3 MB\) +files[^]+\nb .+ 48\.2 MB \(growth unknown\) +files/);
    expect(shown).toMatch(/\nc .+ unknown +files[^]+\nd .+ 48\.2 MB \(new\) +not in/);
    const strange = image('api', { outcome: 'publish', reasons: [{ kind: 'unknown', why: 'no tag fits' }], published: NEW.published });
    expect(render({ ...strange, sizeBytes: 48_200_000 })).toContain('48.2 MB (growth unknown)  cannot be compared');
  });

  it('reports that there is nothing to do, or no image', () => {
    expect(render(image('docs'))).toMatch(/\nNothing to publish: 1 of 1 images are up to date\.$/);
    expect(render()).toBe('No project of this workspace publishes an image.');
  });

  it('omits images that are up to date if there are many', () => {
    const many = Array.from({ length: 40 }, (_, index) => image(`app-${index}`));
    expect(render(...many)).toBe('40 more are up to date.\nNothing to publish: 40 of 40 images are up to date.');
    expect(render(...many, NEW).split('\n')).toHaveLength(2 + 1 + 2);
  });

  it('shows failures below the table', () => {
    const failed = image('api', { outcome: 'failed', text: 'Cannot look.\n  → Log in.', published: [] });
    expect(render(failed, WANTED)).toMatch(
      /api +failed, see below\n[^]+\napi: Cannot look\.\n {2}→ Log in\.\n1 of 2 images to publish, 1 could not be checked\./,
    );
  });

  it('escapes control characters in the name of a file', () => {
    expect(render(image('web', { outcome: 'publish', reasons: [{ kind: 'files', files: ['\u001B[2Jx'] }] }))).not.toContain('\u001B');
  });
});

describe('the plan of a workspace for CI', () => {
  it('shows whether there is anything to do, since an empty matrix fails', () => {
    expect(planOutputs(makePlan(COMMIT, [image('docs')]))).toEqual({ 'has-images': 'false', projects: '', matrix: '{"include":[]}' });
    expect(planOutputs(makePlan(COMMIT, [WANTED, NEW]))).toEqual({
      'has-images': 'true',
      projects: 'api,web',
      matrix: '{"include":[{"project":"api","target":"publish"},{"project":"web","target":"publish"}]}',
    });
  });

  it('consists of two variables for GitLab, without special characters for a shell', () => {
    expect(planDotenv(makePlan(COMMIT, [WANTED, NEW]))).toBe('NX_OCI_HAS_IMAGES=true\nNX_OCI_PROJECTS=api,web\n');
    expect(planDotenv(makePlan(COMMIT, [{ ...WANTED, project: '$(x)' }]))).toBe('NX_OCI_HAS_IMAGES=true\nNX_OCI_PROJECTS=\n');
  });
});
