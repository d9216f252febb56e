module.exports = { displayName: 'oci-publish', preset: '../../jest.preset.js' };
