module.exports = { displayName: 'oci-layout', preset: '../../jest.preset.js' };
