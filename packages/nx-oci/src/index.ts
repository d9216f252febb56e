export const name = 'nx-oci';
