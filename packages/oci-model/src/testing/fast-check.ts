// The floor takes nothing but Node built-ins; its specs may draw examples, through this one door (see floor.spec.ts).
// eslint-disable-next-line @nx/enforce-module-boundaries
export * as fc from 'fast-check';
