module.exports = {
  displayName: 'e2e',
  preset: '../../jest.preset.js',
  testTimeout: 180_000,
  globalSetup: '<rootDir>/src/support/prepare-run.ts',
  globalTeardown: '<rootDir>/src/support/end-run.ts',
};
