import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/**
 * The floors of docs/architecture.md: imports only point down, and cross a package by its name alone.
 *
 * @param beside tags of siblings on floor 1 that may be imported nevertheless
 */
function floors(beside) {
  return [
    'error',
    {
      enforceBuildableLibDependency: false,
      allow: [],
      depConstraints: [
        { sourceTag: 'floor:0', onlyDependOnLibsWithTags: [], bannedExternalImports: ['*'] },
        { sourceTag: 'floor:1', onlyDependOnLibsWithTags: ['floor:0', ...beside] },
        { sourceTag: 'floor:2', onlyDependOnLibsWithTags: ['floor:0', 'floor:1'] },
        { sourceTag: 'floor:3', onlyDependOnLibsWithTags: ['floor:0', 'floor:1', 'floor:2'] },
        { sourceTag: 'demo', onlyDependOnLibsWithTags: ['demo'] },
      ],
    },
  ];
}

export default tseslint.config(
  { ignores: ['**/dist', '**/tmp', '**/coverage', '**/.nx', '**/node_modules', 'examples'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': floors([]),
      // Messages and hints often contain numbers; the rule's other cases stay on.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
    },
  },
  {
    // With \ on Windows: what is shown, written or compared has / everywhere.
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**', 'packages/oci-model/src/paths/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'node:path', importNames: ['relative'], message: 'Use portablePath of @nx-oci/model.' }] },
      ],
      'no-restricted-properties': ['error', { object: 'path', property: 'relative', message: 'Use portablePath of @nx-oci/model.' }],
    },
  },
  {
    // The client's specs talk to the embedded registry; the client itself never does.
    files: ['packages/oci-distribution/src/**/*.spec.ts', 'packages/oci-distribution/src/testing/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': floors(['package:oci-registry']) },
  },
  {
    // Values of Nx come from one folder only: @nx/devkit, whose types are used everywhere, is not installed in every workspace.
    files: ['packages/nx-oci/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/testing/**', 'packages/nx-oci/src/nx/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [{ name: '@nx/devkit', allowTypeImports: true, message: 'Import values from src/nx.' }],
          patterns: [{ regex: '^(?:nx(?:/|$)|@nx/devkit/)', message: 'Import from src/nx.' }],
        },
      ],
    },
  },
  {
    // nx-oci is the only package that knows Nx.
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/nx-oci/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^(?:nx(?:/|$)|@nx/)', message: 'Only nx-oci may import Nx: pass what is needed as a parameter.' }] },
      ],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', 'packages/oci-publish/src/text/print.ts', '**/main.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['**/*.spec.ts', 'e2e/**/*.ts'],
    rules: {
      // A spec is a list of cases, and may read responses without types.
      'max-lines': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', __dirname: 'readonly', process: 'readonly', console: 'readonly' },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        TextDecoder: 'readonly',
        TextEncoder: 'readonly',
      },
    },
  },
  prettier,
);
