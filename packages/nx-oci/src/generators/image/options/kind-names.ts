/** What `--kind` takes. */
export const KIND_NAMES = ['node', 'static', 'dockerfile', 'files'] as const;
export type KindName = (typeof KIND_NAMES)[number];
