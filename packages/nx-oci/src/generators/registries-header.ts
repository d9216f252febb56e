/**
 * The first lines of a new registries.yaml. The first one makes editors complete and check the file.
 *
 * @param exec what the package manager runs programs of packages with: `npx`, `pnpm exec`
 */
export const registriesHeader = (exec: string): string => `# yaml-language-server: $schema=./node_modules/nx-oci/registries.schema.json

# Where images are published to. \${NAME} and \${NAME:-default} stand for environment variables.
# No secret stands here: write a variable, or leave \`auth\` out and use \`docker login\`.
# Add a registry with \`${exec} nx g nx-oci:registry\`.
`;
