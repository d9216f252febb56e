/**
 * The first lines of a new registries.yaml. The first one lets editors complete and check the file.
 *
 * @param exec the command with which the package manager runs programs of packages: `npx`, `pnpm exec`
 */
export const registriesHeader = (exec: string): string => `# yaml-language-server: $schema=./node_modules/nx-oci/registries.schema.json

# Registries for images. \${NAME} and \${NAME:-default} are replaced by environment variables.
# Write no secrets here: use a variable, or omit \`auth\` and use \`docker login\`.
# Add a registry with \`${exec} nx g nx-oci:registry\`.
`;
