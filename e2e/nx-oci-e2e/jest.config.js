module.exports = {
  displayName: 'e2e',
  preset: '../../jest.preset.js',
  globalSetup: '<rootDir>/src/support/prepare-run.ts',
  globalTeardown: '<rootDir>/src/support/end-run.ts',
  setupFilesAfterEnv: ['<rootDir>/src/support/long-timeout.ts'],
};
