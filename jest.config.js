module.exports = { projects: ['<rootDir>/packages/*', '<rootDir>/tools', '<rootDir>/e2e/nx-oci-e2e'] };
