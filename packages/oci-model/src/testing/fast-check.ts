// This package depends on Node built-ins only; its specs may use fast-check, through this file alone (see floor.spec.ts).
// eslint-disable-next-line @nx/enforce-module-boundaries
export * as fc from 'fast-check';
