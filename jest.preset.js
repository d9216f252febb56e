const path = require('node:path');
const { esmClosure } = require('./tools/jest/esm-closure');

// Packages that are published as ES modules only: Node loads them with require(esm), jest 30 does not, so jest transforms them
// like our own code.
const esmPackages = esmClosure(['packages/nx-oci', 'packages/oci-publish', 'packages/oci-distribution']);
const fromRoot = (file) => path.join(__dirname, file);

module.exports = {
  testEnvironment: 'node',
  setupFiles: [fromRoot('tools/jest/plain-nx.js')],
  setupFilesAfterEnv: [fromRoot('tools/jest/long-timeout.js')],
  testMatch: ['**/src/**/*.spec.ts'],
  transform: {
    '^.+\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esmPackages.join('|')})/)`],
  moduleNameMapper: {
    '^@nx-oci/model$': fromRoot('packages/oci-model/src/index.ts'),
    '^@nx-oci/model/testing$': fromRoot('packages/oci-model/src/testing/index.ts'),
    '^@nx-oci/distribution$': fromRoot('packages/oci-distribution/src/index.ts'),
    '^@nx-oci/layout$': fromRoot('packages/oci-layout/src/index.ts'),
    '^@nx-oci/publish$': fromRoot('packages/oci-publish/src/index.ts'),
    '^@nx-oci/publish/testing$': fromRoot('packages/oci-publish/src/testing/index.ts'),
    '^@nx-oci/registry$': fromRoot('packages/oci-registry/src/index.ts'),
    // Published without the "require" condition that jest resolves with.
    '^unicorn-magic$': fromRoot('node_modules/unicorn-magic/node.js'),
  },
};
