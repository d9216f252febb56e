import { type FormerWorkspace } from './former-workspace';

const SHA = '860c190';

export const WORKSPACES_WITH_PLUGINS: readonly FormerWorkspace[] = [
  {
    shape: 'nx-container with a configuration for each kind of publish, of which two push',
    seenIn: 'Sage-Bionetworks/sage-monorepo',
    projects: {
      'portal-api': {
        root: 'apps/portal-api',
        targets: {
          'build-image': {
            executor: '@nx-tools/nx-container:build',
            options: { context: 'apps/portal-api', file: 'apps/portal-api/Dockerfile' },
            configurations: {
              local: { metadata: { images: ['ghcr.io/acme/portal-api'], tags: ['type=raw,value=local', 'type=sha'] } },
              edge: { push: true, metadata: { images: ['ghcr.io/acme/portal-api'], tags: ['type=edge,branch=main', 'type=sha'] } },
              release: {
                push: true,
                metadata: { images: ['ghcr.io/acme/portal-api'], tags: ['type=semver,pattern={{version}},value=${VERSION}', 'type=sha'] },
              },
            },
            defaultConfiguration: 'local',
          },
        },
      },
    },
    files: {},
    before: {
      'portal-api': {
        main: ['ghcr.io/acme/portal-api:edge', `ghcr.io/acme/portal-api:sha-${SHA}`],
        feature: [`ghcr.io/acme/portal-api:sha-${SHA}`],
        pull: [`ghcr.io/acme/portal-api:sha-${SHA}`],
        release: ['ghcr.io/acme/portal-api:1.2.3', 'ghcr.io/acme/portal-api:latest', `ghcr.io/acme/portal-api:sha-${SHA}`],
      },
    },
    image: { 'portal-api': { dockerfile: 'apps/portal-api/Dockerfile' } },
    says: [/configuration edge and release/, /publish with --release=/],
  },
  {
    shape: 'nx-container with two images of an app, and the usual lines of a version',
    seenIn: 'storm-software',
    projects: {
      api: {
        root: 'apps/api',
        targets: {
          container: {
            executor: '@nx-tools/nx-container:build',
            options: {
              file: 'apps/api/Dockerfile',
              engine: 'docker',
              push: true,
              platforms: ['linux/amd64'],
              labels: ['org.opencontainers.image.vendor=Acme'],
              'build-args': ['COMMIT=$COMMIT', 'MODE=production'],
              metadata: {
                images: ['acme/api', 'ghcr.io/acme/api'],
                tags: [
                  'type=schedule',
                  'type=ref,event=branch',
                  'type=ref,event=pr',
                  'type=semver,pattern={{version}}',
                  'type=semver,pattern={{major}}.{{minor}}',
                  'type=semver,pattern={{major}}',
                  'type=sha',
                ],
              },
            },
          },
        },
      },
    },
    files: {},
    before: {
      api: {
        main: onBoth('main', `sha-${SHA}`),
        feature: onBoth('feat-login', `sha-${SHA}`),
        pull: onBoth('pr-12', `sha-${SHA}`),
        release: onBoth('1', '1.2', '1.2.3', 'latest', `sha-${SHA}`),
      },
    },
    image: {
      api: {
        platform: 'linux/amd64',
        labels: { 'org.opencontainers.image.vendor': 'Acme' },
        buildArgs: { COMMIT: null, MODE: 'production' },
      },
    },
  },
  {
    shape: 'nx release with @nx/docker, for a group of projects with a tag, by the calendar',
    seenIn: 'rainforest-dev/rainforest-monorepo',
    projects: {
      calibre: { root: 'apps/calibre', tags: ['docker'], ...dockerRelease('acme/calibre') },
      memories: { root: 'apps/memories', tags: ['docker'], ...dockerRelease('acme/memories') },
      site: { root: 'apps/site', targets: { 'docker:build': { command: 'docker build . --tag apps-site' } } },
    },
    files: {},
    nxJson: {
      release: {
        groups: {
          images: {
            projects: ['tag:docker'],
            releaseTag: { pattern: '{projectName}@{version}' },
            docker: {
              registryUrl: 'ghcr.io',
              versionSchemes: { prod: '{currentDate|YYYY.MM.DD}.{shortCommitSha}' },
              skipVersionActions: true,
            },
          },
        },
      },
    },
    before: {
      calibre: always(`ghcr.io/acme/calibre:2026.01.31.${SHA}`),
      memories: always(`ghcr.io/acme/memories:2026.01.31.${SHA}`),
    },
    says: [/^(?!.*site, from)/s],
  },
  {
    shape: 'nx release with @nx/docker for the whole workspace, with the version of Nx',
    seenIn: 'pagopa/dx',
    projects: { 'my-api': { root: 'apps/my-api', ...dockerRelease('acme/my-api') } },
    files: {},
    nxJson: {
      release: {
        projectsRelationship: 'independent',
        docker: { registryUrl: 'ghcr.io', versionSchemes: { production: '{versionActionsVersion}' } },
      },
    },
    before: { 'my-api': { main: [], feature: [], pull: [], release: ['ghcr.io/acme/my-api:1.2.3'] } },
  },
];

function onBoth(...tags: readonly string[]): readonly string[] {
  return ['docker.io/acme/api', 'ghcr.io/acme/api'].flatMap((name) => tags.map((tag) => `${name}:${tag}`));
}

function always(...references: readonly string[]) {
  return { main: references, feature: references, pull: references, release: references };
}

function dockerRelease(repositoryName: string) {
  return {
    targets: { 'docker:build': { command: 'docker build . --tag apps' } },
    release: { docker: { repositoryName } } as object,
  };
}
