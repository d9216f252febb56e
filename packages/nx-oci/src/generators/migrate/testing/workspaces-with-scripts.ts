import { COMMIT, workflowOf, type FormerWorkspace } from './former-workspace';

const SHA = '860c190';
const ECR = '1.dkr.ecr.eu-west-1.amazonaws.com';

/** Workflows in which scripts, or jobs before, decide about names. */
export const WORKSPACES_WITH_SCRIPTS: readonly FormerWorkspace[] = [
  {
    shape: 'folders in a matrix, from which a script takes the name of the image, and default tags',
    seenIn: 'cowprotocol/bff',
    projects: { api: { root: 'apps/api' }, twap: { root: 'apps/twap' } },
    files: {
      '.github/workflows/docker.yml': workflowOf(
        'push:\n  branches: [main]\n  tags: [v*]',
        `docker:
  strategy: { matrix: { folder: [apps/api, apps/twap] } }
  steps:
    - run: echo "NAME=$(basename \${{ matrix.folder }})" >> $GITHUB_ENV
    - uses: docker/login-action@v2
      with: { registry: ghcr.io, username: '\${{ github.repository_owner }}', password: '\${{ secrets.GITHUB_TOKEN }}' }
    - id: image_meta
      uses: docker/metadata-action@v4
      with: { images: 'ghcr.io/\${{ github.repository }}/\${{ env.NAME }}' }
    - uses: docker/build-push-action@v4
      with:
        context: .
        file: \${{ matrix.folder }}/Dockerfile
        push: true
        tags: \${{ steps.image_meta.outputs.tags }}
        builder: \${{ steps.buildx.outputs.name }}
        platforms: linux/amd64`,
      ),
    },
    before: Object.fromEntries(
      ['api', 'twap'].map((app) => {
        const of = (...tags: readonly string[]) => tags.map((tag) => `ghcr.io/acme/shop/${app}:${tag}`);
        return [app, { main: of('main'), feature: [], pull: [], release: of('v1.2.3', 'latest') }];
      }),
    ),
    image: { api: { platform: 'linux/amd64' } },
  },
  {
    shape: 'a matrix of affected projects that a job before computes, with one Dockerfile for all, and two caches',
    seenIn: 'globalmsq/asset-withdrawal-monorepo',
    projects: { api: { root: 'apps/api' }, signer: { root: 'apps/signer' }, shared: { root: 'libs/shared', projectType: 'library' } },
    files: {
      'docker/Dockerfile': '',
      '.github/workflows/nightly.yml': workflowOf(
        'push: { branches: [main] }',
        `affected:
  outputs: { plan: '\${{ steps.plan.outputs.plan }}' }
  steps:
    - id: plan
      run: echo "plan=$(npx nx show projects --affected --json)" >> $GITHUB_OUTPUT
images:
  needs: affected
  if: always() && needs.affected.outputs.plan != '[]'
  strategy: { matrix: { project: '\${{ fromJson(needs.affected.outputs.plan) }}' } }
  steps:
    - id: ecr
      uses: aws-actions/amazon-ecr-login@v2
    - id: meta
      uses: docker/metadata-action@v5
      with:
        images: \${{ steps.ecr.outputs.registry }}/\${{ matrix.project }}
        tags: |
          type=raw,value=nightly
          type=raw,value=\${{ matrix.project }}-nightly
    - uses: docker/build-push-action@v5
      with:
        context: .
        file: ./docker/Dockerfile
        platforms: linux/amd64,linux/arm64
        push: true
        tags: \${{ steps.meta.outputs.tags }}
        cache-from: |
          type=gha
          type=registry,ref=\${{ steps.ecr.outputs.registry }}/\${{ matrix.project }}:cache
        cache-to: type=gha,mode=max
        build-args: |
          PROJECT=\${{ matrix.project }}`,
      ),
    },
    before: Object.fromEntries(
      ['api', 'signer'].map((app) => [
        app,
        { main: ['nightly', `${app}-nightly`].map((tag) => `${ECR}/${app}:${tag}`), feature: [], pull: [], release: [] },
      ]),
    ),
    image: { api: { dockerfile: 'docker/Dockerfile', buildArgs: { PROJECT: 'api' }, cacheTo: ['type=gha,mode=max'] } },
    says: [/set the variable ECR_REGISTRY/],
  },
  {
    shape: 'an image that is loaded, and pushed to three registries by scripts',
    seenIn: 'ever-co/ever-gauzy',
    projects: { api: { root: 'apps/api' } },
    files: {
      '.deploy/api/Dockerfile': '',
      '.github/workflows/docker.yml': workflowOf(
        'push: { branches: main }',
        `api:
  steps:
    - uses: docker/build-push-action@v2
      with:
        context: .
        file: ./.deploy/api/Dockerfile
        load: true
        tags: |
          ghcr.io/acme/api:latest
          acme/api:latest
          registry.digitalocean.com/acme/api:latest
    - run: |
        docker push ghcr.io/acme/api:latest
        docker push acme/api:latest
        docker push registry.digitalocean.com/acme/api:latest`,
      ),
    },
    before: {
      api: {
        main: ['ghcr.io/acme/api', 'docker.io/acme/api', 'registry.digitalocean.com/acme/api'].map((name) => `${name}:latest`),
        feature: [],
        pull: [],
        release: [],
      },
    },
  },
  {
    shape: 'a version that a script reads from package.json, and builders of a service',
    seenIn: 'activepieces/activepieces',
    projects: { server: { root: 'apps/server' } },
    files: {
      '.github/workflows/rc.yml': workflowOf(
        'workflow_dispatch:',
        `release:
  steps:
    - run: echo RELEASE=$(node --print "require('./package.json').version") >> $GITHUB_ENV
    - uses: depot/build-push-action@v1
      with:
        project: abc
        context: .
        file: ./apps/server/Dockerfile
        platforms: |
          linux/amd64
          linux/arm64
        push: true
        tags: |
          ghcr.io/acme/server:\${{ env.RELEASE }}
          ghcr.io/acme/server:rc`,
      ),
    },
    before: { server: { main: [], feature: [], pull: [], release: [] } },
    image: { server: { platforms: ['linux/amd64', 'linux/arm64'] } },
    says: [/Not taken over: the builders of depot/],
  },
  {
    shape: 'a name in lower case by a script, and the beginning of the commit by another',
    seenIn: 'a workflow of a repository whose owner has capitals',
    projects: { api: { root: 'apps/api' } },
    files: {
      '.github/workflows/ci.yml': workflowOf(
        'push:\npull_request:',
        `image:
  if: github.event_name == 'push'
  steps:
    - run: |
        echo "REPO=\${GITHUB_REPOSITORY,,}" >> $GITHUB_ENV
        echo "OWNER=$(echo '\${{ github.repository_owner }}' | tr '[:upper:]' '[:lower:]')" >> $GITHUB_ENV
    - id: short
      run: echo "sha=\${GITHUB_SHA::7}" >> "$GITHUB_OUTPUT"
    - uses: docker/build-push-action@v6
      with:
        context: .
        file: apps/api/Dockerfile
        push: true
        tags: |
          ghcr.io/\${{ env.REPO }}/api:\${{ steps.short.outputs.sha }}
          ghcr.io/\${{ env.REPO }}/api:\${{ github.sha }}`,
      ),
    },
    before: {
      api: {
        main: [SHA, COMMIT].map((tag) => `ghcr.io/acme/shop/api:${tag}`),
        feature: [SHA, COMMIT].map((tag) => `ghcr.io/acme/shop/api:${tag}`),
        pull: [],
        release: [SHA, COMMIT].map((tag) => `ghcr.io/acme/shop/api:${tag}`),
      },
    },
  },
  {
    shape: 'an action that runs the target of nx-container with names from the job',
    seenIn: 'bcgov/cas-registration',
    projects: {
      reporting: {
        root: 'apps/reporting',
        targets: { container: { executor: '@nx-tools/nx-container:build', options: { file: 'apps/reporting/Dockerfile' } } },
      },
      api: {
        root: 'apps/api',
        targets: { container: { executor: '@nx-tools/nx-container:build', options: { push: true, tags: ['ghcr.io/acme/api:latest'] } } },
      },
    },
    files: {
      '.github/actions/app/action.yaml': `inputs: { project: { required: true } }
runs:
  using: composite
  steps:
    - run: npx nx container \${{ inputs.project }}
      env: { INPUT_PUSH: true, INPUT_TAGS: '\${{ steps.meta.outputs.tags }}' }
`,
    },
    before: {
      api: {
        main: ['ghcr.io/acme/api:latest'],
        feature: ['ghcr.io/acme/api:latest'],
        pull: ['ghcr.io/acme/api:latest'],
        release: ['ghcr.io/acme/api:latest'],
      },
    },
    says: [/apps\/reporting\/project\.json, target container: its name is only known in its job → npx nx g nx-oci:image reporting/],
  },
];
