module.exports = { displayName: 'oci-model', preset: '../../jest.preset.js' };
