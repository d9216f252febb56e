interface Pattern {
  readonly pattern: RegExp;
  readonly replacement: string;
}

/** Texts that are recognisable as secrets without knowing them. Each pattern is linear: `npm run fuzz` tests that. */
const PATTERNS: readonly Pattern[] = [
  // A login in a URL. `git@` is not a secret: it is the SSH user of every Git server.
  { pattern: /:\/\/(?!git@)[^\s/"'<>]{1,1000}@/g, replacement: '://[hidden]@' },
  { pattern: /\b(Basic|Bearer)([ +]|%20)(?=[\w.~+/-]{0,4000}[0-9+/=])[\w.~+/-]{12,}=*/gi, replacement: '$1$2[hidden]' },
  { pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|dckr_[op]at_[\w-]{20,}|npm_[A-Za-z0-9]{36})/g, replacement: '[hidden]' },
  { pattern: /\bgl(?:pat|dt|cbt|ptt|rt|ft|soat|agent|imt|oas)-[\w-]{20,}/g, replacement: '[hidden]' },
  { pattern: /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/g, replacement: '[hidden]' },
  { pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g, replacement: '[hidden]' },
];

/** The text with everything hidden that looks like a login, a token or a private key. */
export function redactPatterns(text: string): string {
  return PATTERNS.reduce((redacted, { pattern, replacement }) => redacted.replace(pattern, replacement), text);
}
