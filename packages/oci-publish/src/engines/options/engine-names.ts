/** The ways to make an image. */
export const ENGINE_NAMES = ['native', 'docker', 'podman', 'buildah'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Those that build a Dockerfile. */
export const DOCKERFILE_ENGINES = ['docker', 'podman', 'buildah'] as const satisfies readonly EngineName[];
export type DockerfileEngine = (typeof DOCKERFILE_ENGINES)[number];
