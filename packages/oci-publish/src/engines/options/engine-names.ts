/** The engines that build a Dockerfile; `from-dockerfile/dockerfile-tools` has the tool of each. */
export const DOCKERFILE_ENGINES = ['docker', 'buildx', 'podman', 'buildah'] as const;
export type DockerfileEngine = (typeof DOCKERFILE_ENGINES)[number];

/** All engines. */
export const ENGINE_NAMES = ['native', ...DOCKERFILE_ENGINES] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];
