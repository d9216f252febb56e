module.exports = { displayName: 'oci-distribution', preset: '../../jest.preset.js' };
