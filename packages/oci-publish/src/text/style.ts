import { createColors } from 'picocolors';

/** The styles of all output. `printable` removes them where colours are not wanted, so none may be the only sign of anything. */
export const style = createColors(true);
