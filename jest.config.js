module.exports = { projects: ['<rootDir>/packages/*', '<rootDir>/e2e/nx-oci-e2e'] };
