import { readFileSync } from 'node:fs';

import { addProjectConfiguration, logger, readJson, type TargetConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { imageGenerator } from './generator';
import { type ImageOptions } from './options/image-options';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

interface Image {
  readonly dependsOn: unknown;
  readonly options: Readonly<Record<string, unknown>> & { readonly layers: readonly object[] };
}

/** Runs the generator. @returns the image target that it wrote, and its output */
async function generate(options: Partial<ImageOptions> = {}): Promise<{ readonly image: Image; readonly printed: string }> {
  const done = await imageGenerator(tree, { project: 'api', ...options }, []);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  await done();
  const printed = info.mock.calls.join('\n');
  info.mockRestore();
  return { image: readJson<{ readonly targets: { readonly image: Image } }>(tree, 'apps/api/project.json').targets.image, printed };
}

function addProject(build: TargetConfiguration, files: Readonly<Record<string, string>> = {}): void {
  addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets: { build } });
  for (const [file, text] of Object.entries(files)) tree.write(`apps/api/${file}`, text);
}

const command = (text: string, cwd = 'apps/api'): TargetConfiguration => ({ executor: 'nx:run-commands', options: { command: text, cwd } });

/** The header of a static ELF file. */
function elf(machine: number): Buffer {
  const header = Buffer.alloc(64);
  header.write('7f454c46020101', 'hex');
  header.writeUInt16LE(machine, 18);
  return header;
}

describe('the platform of a program', () => {
  const go = () =>
    addProject(
      { executor: '@nx-go/nx-go:build', options: { outputPath: 'dist/apps/api', main: 'apps/api/main.go' } },
      { 'go.mod': 'module example.com/api\n', 'main.go': 'package main\n' },
    );

  it('is that of the command line, for which its build has to make it', async () => {
    go();
    const { image, printed } = await generate({ platforms: ['linux/arm64'] });
    expect(image.options).toMatchObject({ platform: 'linux/arm64' });
    expect(printed).toContain('Platforms: linux/arm64 (--platforms).');
    tree.write('dist/apps/api', elf(62));
    await expect(generate({ platforms: ['linux/arm64'], force: true })).rejects.toThrow('the image is for linux/arm64');
  });

  it('is one', async () => {
    go();
    await expect(generate({ platforms: ['linux/amd64', 'linux/arm64'] })).rejects.toThrow('a program for one platform → name one');
  });
});

describe('a Go program', () => {
  const GO = { 'go.mod': 'module example.com/api\n', 'main.go': 'package main\n' };

  it('gets an image with its program, and with the certificates that HTTPS needs', async () => {
    addProject({ executor: '@nx-go/nx-go:build', options: { outputPath: 'dist/apps/api', main: 'apps/api/main.go' } }, GO);
    const { image, printed } = await generate();
    expect(image).toMatchObject({
      dependsOn: ['build'],
      options: {
        engine: 'native',
        base: 'gcr.io/distroless/static-debian12:nonroot',
        layers: [{ from: 'dist/apps/api', to: '/api', mode: '755' }],
        entrypoint: ['/api'],
        user: '65532:65532',
      },
    });
    expect(image.options).not.toHaveProperty('cmd');
    expect(printed.split('\n').slice(1, 5)).toEqual([
      'Kind: binary (its build is @nx-go/nx-go:build).',
      'Program: dist/apps/api (options of its build).',
      'Base: gcr.io/distroless/static-debian12:nonroot (the default: certificates, time zones and a user).',
      'Build: the image is for linux/amd64. Where its build runs elsewhere, set GOOS=linux, GOARCH=amd64 and CGO_ENABLED=0 in `env` of the target build.',
    ]);
  });

  it.each([
    ['go build -o ../../dist/apps/api/server .', 'dist/apps/api/server'],
    ['CGO_ENABLED=0 go build -ldflags="-s -w" -o=bin/api ./cmd/api', 'apps/api/bin/api'],
    ['go build -o ../../dist/bin/ .', 'dist/bin/api'],
  ])('that %j builds is %s', async (text, file) => {
    addProject(command(text), GO);
    expect((await generate()).image.options.layers[0]).toMatchObject({ from: file });
  });

  it('takes its port, arguments and folder from the command line', async () => {
    addProject(command('go build -o ../../dist/api .'), GO);
    const { image } = await generate({ port: 8080, to: '/bin/api', cmd: ['--serve'], kind: 'binary' });
    expect(image.options).toMatchObject({ entrypoint: ['/bin/api'], cmd: ['--serve'], ports: [8080], env: { PORT: '8080' } });
  });

  it('on scratch gets a message about what that lacks', async () => {
    addProject(command('go build -o ../../dist/api .'), GO);
    const { image, printed } = await generate({ base: 'scratch' });
    expect(image.options).toMatchObject({ base: 'scratch', entrypoint: ['/api'] });
    expect(printed).toContain('Base: scratch (--base: no certificates, so that HTTPS requests of the program fail unless it has its own).');
  });

  it('for another system or architecture is refused with how to build it', async () => {
    addProject(command('go build -o ../../dist/api .'), GO);
    tree.write('dist/api', elf(183));
    await expect(generate()).rejects.toThrow(
      /dist\/api is a program for linux\/arm64, the image is for linux\/amd64 → Build it for linux\/amd64 \(Go: GOOS=linux GOARCH=amd64 CGO_ENABLED=0/,
    );
    tree.write('dist/api', Buffer.from('cffaedfe0c000001', 'hex'));
    await expect(generate()).rejects.toThrow('dist/api is a program for macOS, the image is for linux/amd64');
    tree.write('dist/api', elf(62));
    expect((await generate()).printed).not.toContain('Build: ');
  });

  it('without a known file is refused with the option to name it', async () => {
    addProject(command('make'), GO);
    await expect(generate()).rejects.toThrow(/nothing says which file its build makes(.|\n)*→ set --main/);
    expect((await generate({ main: 'dist/api' })).image.options.layers[0]).toMatchObject({ from: 'dist/api' });
  });
});

describe('a Rust program', () => {
  const CARGO = { 'Cargo.toml': '[package]\nname = "shop-api"\nversion = "0.1.0"\n' };

  it('named by hand gets the option of its own compiler', async () => {
    addProject(command('rustc -o ../../dist/api src/main.rs'), CARGO);
    const { printed } = await generate({ main: 'dist/api' });
    expect(printed).toContain('Where its build runs elsewhere, give it `--target x86_64-unknown-linux-musl`.');
    expect(printed).not.toContain('GOOS');
  });

  it.each([
    ['cargo build --release', 'apps/api/target/release/shop-api', 'gcr.io/distroless/cc-debian12:nonroot'],
    ['cargo build', 'apps/api/target/debug/shop-api', 'gcr.io/distroless/cc-debian12:nonroot'],
    [
      'cargo build --release --target x86_64-unknown-linux-musl --target-dir ../../dist/rust',
      'dist/rust/x86_64-unknown-linux-musl/release/shop-api',
      'gcr.io/distroless/static-debian12:nonroot',
    ],
  ])('that %j builds is %s, on %s', async (text, file, base) => {
    addProject(command(text), CARGO);
    expect((await generate()).image.options).toMatchObject({ base, layers: [{ from: file, to: '/shop-api' }], entrypoint: ['/shop-api'] });
  });

  it('of a workspace of crates is found in the target folder of the workspace', async () => {
    tree.write('Cargo.toml', '[workspace]\nmembers = ["apps/*"]\n');
    addProject(command('cargo build --release'), CARGO);
    expect((await generate()).image.options.layers[0]).toMatchObject({ from: 'target/release/shop-api' });
  });

  it('built by @monodon/rust is found in the folder that its options name', async () => {
    const build = {
      executor: '@monodon/rust:build',
      options: { 'target-dir': 'dist/target/api' },
      configurations: { production: { release: true } },
      defaultConfiguration: 'production',
    };
    addProject(build, CARGO);
    expect((await generate()).image.options.layers[0]).toMatchObject({ from: 'dist/target/api/release/shop-api' });
  });
});

(process.platform === 'linux' ? describe : describe.skip)('a program that needs shared libraries', () => {
  const platform = process.arch === 'x64';
  beforeEach(() => {
    addProject(command('go build -o ../../dist/api .'), { 'go.mod': 'module api\n' });
    const program = readFileSync('/bin/ls');
    if (!platform) program.writeUInt16LE(62, 18);
    tree.write('dist/api', program);
  });

  it('gets a base that has them', async () => {
    const { image, printed } = await generate();
    expect(image.options['base']).toBe('gcr.io/distroless/cc-debian12:nonroot');
    expect(printed).toMatch(
      /Base: .*cc-debian12:nonroot \(its program needs \/lib\S+; one that is linked statically gets a smaller one\)\./,
    );
  });

  it.each(['scratch', 'gcr.io/distroless/static-debian12:nonroot'])('is refused on %s, which lacks them', async (base) => {
    await expect(generate({ base })).rejects.toThrow(
      /dist\/api needs the loader \/lib\S+, which .* does not have → build it with CGO_ENABLED=0/,
    );
  });
});
