/** The values of `--kind`. */
export const KIND_NAMES = ['node', 'next', 'static', 'binary', 'dockerfile', 'files'] as const;
export type KindName = (typeof KIND_NAMES)[number];
