/* global describe, it, expect */
import { closeChangelog } from './close-changelog.cjs';

const HEAD = '# Changes\n\nWords.\n\n';
const close = (text, version = '0.2.0') => closeChangelog(text, { version, date: '2027-01-31' });

describe('closing CHANGELOG.md for a version', () => {
  it('moves the lines of Unreleased to the version, and leaves the headings for the next ones', () => {
    const text = `${HEAD}## Unreleased\n\n### Building\n\n- One\n- Two\n\n### Publishing\n\n## 0.1.0 - 2026-11-30\n\n### Building\n\n- Old\n`;
    expect(close(text)).toBe(
      `${HEAD}## Unreleased\n\n### Building\n\n### Publishing\n\n## 0.2.0 - 2027-01-31\n\n### Building\n\n- One\n- Two\n\n` +
        '## 0.1.0 - 2026-11-30\n\n### Building\n\n- Old\n',
    );
  });

  it('adds the lines to a section that the version already has, each under its heading, and dates it', () => {
    const text = `${HEAD}## Unreleased\n\n### Building\n\n- New\n\n### Reports\n\n- R\n\n## 0.2.0 - 2026-11-30\n\n### Building\n\n- Old\n`;
    expect(close(text)).toBe(
      `${HEAD}## Unreleased\n\n### Building\n\n### Reports\n\n## 0.2.0 - 2027-01-31\n\n### Building\n\n- Old\n- New\n\n### Reports\n\n- R\n`,
    );
  });

  it('keeps the words that a section has before its first heading', () => {
    const text = `${HEAD}## Unreleased\n\n### Building\n\n## 0.2.0 - 2027-01-31\n\nFor Node 20.\n\n### Building\n\n- Old\n`;
    expect(close(text)).toBe(text);
  });

  it('says that nothing changed where nothing did', () => {
    expect(close(`${HEAD}## Unreleased\n\n### Building\n\n## 0.1.0 - x\n\n### Building\n\n- Old\n`)).toContain(
      '## 0.2.0 - 2027-01-31\n\nNo changes that users see.\n\n## 0.1.0 - x\n',
    );
  });

  it('does not take 0.2.0 for a version that only begins alike', () => {
    const closed = close(`${HEAD}## Unreleased\n\n### Building\n\n- A\n\n## 0.2.0-rc.1 - x\n\n### Building\n\n- B\n`);
    expect(closed.match(/^## .*$/gm)).toEqual(['## Unreleased', '## 0.2.0 - 2027-01-31', '## 0.2.0-rc.1 - x']);
  });

  it('refuses a file without Unreleased', () => {
    expect(() => close(`${HEAD}## 0.1.0 - x\n`)).toThrow('its first section is not Unreleased');
  });
});
