module.exports = { displayName: 'oci-registry', preset: '../../jest.preset.js' };
