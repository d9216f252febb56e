import { COMMIT, workflowOf, type FormerWorkspace } from './former-workspace';

const SHA = '860c190';

const META = `- id: meta
  uses: docker/metadata-action@v5`;

const PUSHED = `tags: \${{ steps.meta.outputs.tags }}
    labels: \${{ steps.meta.outputs.labels }}`;

export const WORKSPACES_WITH_ACTIONS: readonly FormerWorkspace[] = [
  {
    shape: 'an image in two registries, whose name a variable may replace, not pushed in pull requests',
    seenIn: 'ghostfolio/ghostfolio',
    projects: { shop: { root: 'apps/shop' } },
    files: {
      Dockerfile: '',
      '.github/workflows/image.yml': workflowOf(
        "push: { tags: ['*.*.*'] }\npull_request: { branches: [main] }",
        `image:
  runs-on: ubuntu-latest
  steps:
    - id: meta
      uses: docker/metadata-action@v4
      with:
        images: |
          \${{ vars.HUB_NAME || 'acme/shop' }}
          ghcr.io/\${{ github.repository }}
        tags: |
          type=semver,pattern={{major}}
          type=semver,pattern={{version}}
    - if: github.event_name != 'pull_request'
      uses: docker/login-action@v2
      with: { username: '\${{ secrets.HUB_USER }}', password: '\${{ secrets.HUB_TOKEN }}' }
    - uses: docker/build-push-action@v3
      with:
        context: .
        platforms: linux/amd64,linux/arm/v7,linux/arm64
        push: \${{ github.event_name != 'pull_request' }}
        tags: \${{ steps.meta.outputs.tags }}
        cache-from: type=gha
        cache-to: type=gha,mode=max`,
      ),
    },
    before: {
      shop: {
        main: [],
        feature: [],
        pull: [],
        release: ['docker.io/acme/shop', 'ghcr.io/acme/shop'].flatMap((name) => ['1', '1.2.3', 'latest'].map((tag) => `${name}:${tag}`)),
      },
    },
    image: {
      shop: {
        engine: 'buildx',
        dockerfile: 'Dockerfile',
        context: '.',
        platforms: ['linux/amd64', 'linux/arm/v7', 'linux/arm64'],
        cacheFrom: ['type=gha'],
        cacheTo: ['type=gha,mode=max'],
      },
    },
  },
  {
    shape: 'an action of the repository that the workflow of each app calls',
    seenIn: 'wundergraph/cosmo',
    projects: { router: { root: 'apps/router' }, studio: { root: 'apps/studio' } },
    files: {
      '.github/actions/image/action.yaml': `inputs:
  name: { required: true }
  dockerfile: { default: Dockerfile }
  context: { default: '.' }
  platforms: { default: 'linux/amd64,linux/arm64' }
  push: { default: 'true' }
runs:
  using: composite
  steps:
    ${META.replaceAll('\n', '\n    ')}
      with:
        images: |
          ghcr.io/\${{ github.repository }}/\${{ inputs.name }}
        tags: |
          type=ref,event=branch
          type=ref,event=pr
          # a short one
          type=sha
          # and all of it
          type=raw,value=sha-\${{ github.sha }}
          type=raw,value=latest,enable={{is_default_branch}}
    - uses: docker/build-push-action@v6
      with:
        push: \${{ inputs.push == 'true' }}
        file: \${{ inputs.dockerfile }}
        context: \${{ inputs.context }}
        ${PUSHED.replaceAll('\n', '\n    ')}
        platforms: \${{ inputs.platforms }}
        build-args: |
          COMMIT=\${{ github.sha }}
`,
      ...Object.fromEntries(
        ['router', 'studio'].map((app) => [
          `.github/workflows/${app}.yml`,
          workflowOf(
            'pull_request:\n  paths: [apps/**]',
            `image:
  steps:
    - uses: actions/checkout@v4
    - uses: ./.github/actions/image
      with: { name: ${app}, context: ., dockerfile: apps/${app}/Dockerfile, push: "\${{ github.event.pull_request.head.repo.full_name == github.repository }}" }`,
          ),
        ]),
      ),
    },
    before: Object.fromEntries(
      ['router', 'studio'].map((app) => [
        app,
        {
          main: [],
          feature: [],
          pull: ['pr-12', `sha-${SHA}`, `sha-${COMMIT}`].map((tag) => `ghcr.io/acme/shop/${app}:${tag}`),
          release: [],
        },
      ]),
    ),
    image: { router: { engine: 'buildx', buildArgs: { COMMIT: null }, platforms: ['linux/amd64', 'linux/arm64'] } },
  },
  {
    shape: 'a workflow that others call, for an app and a stage, with secrets of the caller',
    seenIn: 'Nexus-Group-Forge/nexus-common',
    projects: { api: { root: 'apps/api' }, worker: { root: 'apps/worker' } },
    files: {
      '.github/workflows/image.yml': workflowOf(
        `workflow_call:
  inputs:
    app: { required: true, type: string }
    stage: { type: string, default: runtime }
  secrets: { token: { required: true } }`,
        `build:
  steps:
    - uses: docker/login-action@v3
      with: { registry: ghcr.io, username: bot, password: '\${{ secrets.TOKEN }}' }
    - uses: docker/build-push-action@v6
      with:
        file: apps/\${{ inputs.app }}/Dockerfile
        target: \${{ inputs.stage }}
        push: true
        tags: |
          ghcr.io/acme/\${{ inputs.app }}:\${{ github.sha }}
          ghcr.io/acme/\${{ inputs.app }}:\${{ github.ref_name }}
        secrets: |
          npm=\${{ secrets.NPM_TOKEN }}
        provenance: mode=max
        sbom: true`,
      ),
      '.github/workflows/all.yml': workflowOf(
        "push: { branches: ['**'], tags: ['v*'] }",
        `images:
  strategy: { matrix: { app: [api, worker] } }
  uses: ./.github/workflows/image.yml
  with: { app: '\${{ matrix.app }}' }
  secrets: inherit`,
      ),
    },
    before: Object.fromEntries(
      ['api', 'worker'].map((app) => {
        const of = (...tags: readonly string[]) => tags.map((tag) => `ghcr.io/acme/${app}:${tag}`);
        // A name with a slash is no tag: that push failed.
        return [app, { main: of(COMMIT, 'main'), feature: of(COMMIT, 'feat-login'), pull: [], release: of(COMMIT, 'v1.2.3') }];
      }),
    ),
    image: { api: { engine: 'buildx', stage: 'runtime', secrets: [{ id: 'npm', env: 'NPM_TOKEN' }], provenance: 'max', sbom: true } },
  },
];
