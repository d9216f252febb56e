import { defineKind } from './rule-kind';

/** A tag as it is written. */
export const literal = defineKind({
  make: ({ literal: text }) => ({ kind: 'literal', tag: String(text) }),
  apply: ({ tag }) => ({ text: tag, isFloating: true }),
});
