import { knownSecrets } from '@nx-oci/model';

import { redactUrl, sanitizeText } from './redact';

describe('redactUrl', () => {
  it('shows only parameters that are known to be harmless', () => {
    const url = new URL('https://cdn.example.com/blob?digest=sha256%3Aab&X-Amz-Signature=deadbeef&_state=xyz');
    expect(redactUrl(url)).toBe('https://cdn.example.com/blob?digest=sha256:ab&X-Amz-Signature=[hidden]&_state=[hidden]');
  });

  it('shows no user name and no password', () => {
    expect(redactUrl(new URL('https://alice:secret@example.com/x'))).toBe('https://example.com/x');
  });
});

describe('sanitizeText', () => {
  it('removes everything that could move the cursor, ring, colour or reverse the text', () => {
    expect(sanitizeText('a\u001b[2K\rb\u0007\u009bc\u202ed\u2028e\n\nf\u200bg')).toBe('a [2K b c d e f g');
  });

  it('hides a text that contains an encoded secret', () => {
    const secret = 'gLp8/Qm+7Zt4=xY2wVb9NcKd5RsTuHjE';
    knownSecrets().add(secret);
    expect(sanitizeText(`refused: ${encodeURIComponent(encodeURIComponent(secret))}`)).toBe('[hidden]');
    expect(sanitizeText(`refused: ${Array.from(secret).join('\u200b')}`)).toBe('[hidden]');
    expect(sanitizeText(`refused: ${secret}`)).toBe('refused: [hidden]');
    expect(redactUrl(new URL(`https://cdn.example.com/${encodeURIComponent(encodeURIComponent(secret))}`))).toBe('https://[hidden]');
  });

  it('is never longer than allowed', () => {
    expect(sanitizeText('x'.repeat(1_000_000), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(sanitizeText('x'.repeat(10), 10)).toBe('x'.repeat(10));
  });
});
