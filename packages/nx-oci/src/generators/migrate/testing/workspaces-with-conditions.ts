import { workflowOf, type FormerWorkspace } from './former-workspace';

const SHA = '860c190';

const META = `- id: meta
  uses: docker/metadata-action@v5`;

const PUSHED = `tags: \${{ steps.meta.outputs.tags }}
    labels: \${{ steps.meta.outputs.labels }}`;

/** Workflows whose tags, pushes and builds have conditions and options of their own. */
export const WORKSPACES_WITH_CONDITIONS: readonly FormerWorkspace[] = [
  {
    shape: 'conditions with several parts on raw tags, for two branches and releases',
    seenIn: 'a plan of a repository with two apps',
    projects: { api: { root: 'api' } },
    files: {
      '.github/workflows/api.yml': workflowOf(
        'push: { branches: [main, dev], tags: ["v*"] }\nworkflow_dispatch: {}',
        `docker:
  steps:
    ${META.replaceAll('\n', '\n    ')}
      with:
        images: ghcr.io/\${{ github.repository_owner }}/\${{ env.IMAGE_NAME }}
        tags: |
          type=raw,value=latest,enable=\${{ github.ref == 'refs/heads/main' || startsWith(github.ref, 'refs/tags/v') }}
          type=raw,value=dev,enable=\${{ github.ref == 'refs/heads/dev' }}
          type=sha,prefix=sha-
          type=ref,event=branch
          type=ref,event=tag
          type=semver,pattern={{version}}
          type=semver,pattern={{major}}.{{minor}}
    - uses: docker/build-push-action@v6
      with:
        context: ./api
        file: ./api/Dockerfile
        target: runtime
        push: true
        ${PUSHED.replaceAll('\n', '\n    ')}`,
        'env: { IMAGE_NAME: shop-api }\n',
      ),
    },
    before: {
      api: {
        main: ofApi('latest', `sha-${SHA}`, 'main'),
        feature: [],
        pull: [],
        release: ofApi('latest', `sha-${SHA}`, 'v1.2.3', '1.2.3', '1.2'),
      },
    },
    image: { api: { stage: 'runtime' } },
  },
  {
    shape: 'services as maps of a matrix, and a branch before the commit',
    seenIn: 'a tutorial with a matrix of services',
    projects: { backend: { root: 'backend' }, audit: { root: 'services/audit-service' } },
    files: {
      '.github/workflows/deploy.yml': workflowOf(
        'push: { branches: [main] }\npull_request: { branches: [main] }',
        `build-and-push:
  strategy:
    matrix:
      service:
        - { name: backend, path: ./backend }
        - { name: audit, path: ./services/audit-service }
  steps:
    ${META.replaceAll('\n', '\n    ')}
      with:
        images: \${{ env.REGISTRY }}/\${{ env.IMAGE_NAME }}-\${{ matrix.service.name }}
        tags: |
          type=ref,event=branch
          type=sha,prefix={{branch}}-
          type=raw,value=latest,enable={{is_default_branch}}
    - uses: docker/build-push-action@v4
      with: { context: '\${{ matrix.service.path }}', push: true, tags: '\${{ steps.meta.outputs.tags }}' }`,
        'env:\n  REGISTRY: ghcr.io\n  IMAGE_NAME: ${{ github.repository }}\n',
      ),
    },
    before: Object.fromEntries(
      ['backend', 'audit'].map((app) => [
        app,
        {
          main: ['main', `main-${SHA}`, 'latest'].map((tag) => `ghcr.io/acme/shop-${app}:${tag}`),
          feature: [],
          // Without a branch it began with a dash, and failed.
          pull: [],
          release: [],
        },
      ]),
    ),
  },
  {
    shape: 'pushes from the default branch alone, with contexts, keys and caches in a registry',
    seenIn: 'docker/build-push-action, its documentation of inputs',
    projects: { api: { root: 'apps/api' } },
    files: {
      'libs/certs/ca.pem': 'x',
      '.github/workflows/ci.yml': workflowOf(
        'push:\npull_request:',
        `test:
  steps:
    - id: buildx
      uses: docker/setup-buildx-action@v3
    - uses: docker/build-push-action@v6
      if: \${{ !cancelled() }}
      with:
        builder: \${{ steps.buildx.outputs.name }}
        file: apps/api/Dockerfile
        push: \${{ github.ref == format('refs/heads/{0}', github.event.repository.default_branch) }}
        tags: ghcr.io/acme/api:edge,ghcr.io/acme/api:\${{ github.run_number }}
        no-cache: false
        pull: true
        network: host
        add-hosts: db:10.0.0.7
        shm-size: 1g
        ulimit: nofile=1024:2048
        provenance: false
        cache-from: type=registry,ref=ghcr.io/acme/api:cache
        cache-to: type=registry,ref=ghcr.io/acme/api:cache,mode=max,image-manifest=true
        build-contexts: |
          certs=./libs/certs
          base=docker-image://docker.io/library/node:22
        ssh: default
        secret-files: npmrc=apps/api/.npmrc
        secret-envs: token=GITHUB_TOKEN`,
      ),
    },
    before: { api: { main: ['ghcr.io/acme/api:edge', 'ghcr.io/acme/api:GITHUB_RUN_NUMBER'], feature: [], pull: [], release: [] } },
    image: {
      api: {
        engine: 'buildx',
        pull: true,
        network: 'host',
        addHosts: ['db:10.0.0.7'],
        shmSize: '1g',
        ulimits: ['nofile=1024:2048'],
        cacheFrom: ['type=registry,ref=ghcr.io/acme/api:cache'],
        cacheTo: ['type=registry,ref=ghcr.io/acme/api:cache,mode=max,image-manifest=true'],
        buildContexts: { certs: 'libs/certs', base: 'docker-image://docker.io/library/node:22' },
        ssh: ['default'],
        secrets: [
          { id: 'npmrc', src: 'apps/api/.npmrc' },
          { id: 'token', env: 'GITHUB_TOKEN' },
        ],
      },
    },
  },
  {
    shape: 'two stages of one app, told apart by a suffix',
    seenIn: 'docker/metadata-action, its documentation of flavors',
    projects: { api: { root: 'apps/api' } },
    files: {
      '.github/workflows/ci.yml': workflowOf(
        'push: { tags: ["v*"] }',
        `images:
  strategy:
    matrix:
      include:
        - { stage: runtime, suffix: '' }
        - { stage: build, suffix: '-debug' }
  steps:
    ${META.replaceAll('\n', '\n    ')}
      with:
        images: ghcr.io/acme/api
        flavor: |
          latest=auto
          suffix=\${{ matrix.suffix }},onlatest=true
        tags: |
          type=semver,pattern=v{{version}}
    - uses: docker/build-push-action@v6
      with:
        file: apps/api/Dockerfile
        target: \${{ matrix.stage }}
        push: true
        ${PUSHED.replaceAll('\n', '\n    ')}`,
      ),
    },
    before: { api: { main: [], feature: [], pull: [], release: ['ghcr.io/acme/api:v1.2.3', 'ghcr.io/acme/api:latest'] } },
    says: [/also publishes api, whose image was taken over from another place/],
  },
];

function ofApi(...tags: readonly string[]): readonly string[] {
  return tags.map((tag) => `ghcr.io/acme/shop-api:${tag}`);
}
