const NX = /(?:^|[\s;&|(/"'])nx\s+(?:run|run-many|affected|build|exec|[\w@./-]+:[\w-]+|[a-z-]+\s+\w)/m;

const BUILDERS = [
  /\b(?:npm|pnpm|yarn|bun|npx|bunx|turbo|ng|next|vite|nuxt|astro|nest|deno|rollup|webpack|parcel|moon|rush)\b[^\n;&|]*\b(?:build|compile|bundle|package|webpack|tsc)\b/,
  /(?:^|[\s;&|(/])(?:tsc|esbuild|webpack|rollup|mvnw?|gradlew?|make|cmake|ninja|bazel|sbt|mix)(?=[\s;&|)]|$)/m,
  /\b(?:go|cargo|dotnet|swift|stack|cabal|zig|gleam)\s+(?:build|install|publish|restore|release)\b/,
];

/** The command that runs Nx, if there is one. */
export function findNxCommand(commands: readonly string[]): string | undefined {
  return commands.find((command) => NX.test(command));
}

/** Whether the Dockerfile itself builds the content of the image, which then needs no build of the project before it. */
export function buildsInside(commands: readonly string[]): boolean {
  return commands.some((command) => NX.test(command) || BUILDERS.some((builder) => builder.test(command)));
}
