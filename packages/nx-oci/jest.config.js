module.exports = { displayName: 'nx-oci', preset: '../../jest.preset.js' };
