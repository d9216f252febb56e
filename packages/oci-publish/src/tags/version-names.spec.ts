import { type TagScope } from './facts/tag-candidate';
import { highestAbove, readVersionName, type VersionNames } from './version-names';

const TAGS = [
  'a1b2c3d',
  'latest',
  'v1',
  'v1.2',
  'v1.2.9',
  'v1.2.10',
  'v1.10.0',
  'v2.0.1',
  'v3.0.0-rc.1',
  '9.9.9',
  'v9',
  'v01.99.0',
  'v2.0.0-alpine',
];
const V = { prefix: 'v', suffix: '' };
const above = (version: string, scope: TagScope, names: VersionNames = V) => highestAbove({ version, scope, names }, TAGS)?.version;

describe('highestAbove', () => {
  it('chooses for latest among all releases', () => expect(above('1.9.1', 'latest')).toBe('2.0.1'));
  it('chooses for a major line among its versions', () => expect(above('1.9.1', 'major')).toBe('1.10.0'));
  it('chooses for a minor line by number, not by letter', () => expect(above('1.2.3', 'minor')).toBe('1.2.10'));
  it('finds nothing above the highest release, regardless of pre-releases', () => expect(above('2.0.1', 'latest')).toBeUndefined());
  it('finds nothing in another line', () => expect(above('4.0.0', 'major')).toBeUndefined());
  it('returns nothing for tags that follow commits', () => expect(above('1.0.0', 'commit')).toBeUndefined());
  it('only considers names with the prefix', () => expect(above('1.0.0', 'latest', { prefix: '', suffix: '' })).toBe('9.9.9'));
  it('only considers names of one flavour', () => expect(above('1.0.0', 'latest', { prefix: 'v', suffix: '-alpine' })).toBe('2.0.0'));
  it('chooses for a channel among its pre-releases', () =>
    expect(above('3.0.0-beta.1', 'channel', { ...V, channel: { name: 'rc', stable: false } })).toBe('3.0.0-rc.1'));
  it('chooses for another channel among others', () =>
    expect(above('3.0.0-beta.1', 'channel', { ...V, channel: { name: 'beta', stable: false } })).toBeUndefined());
});

describe('readVersionName', () => {
  it('reads build metadata in the notation of tags', () =>
    expect(readVersionName('v1.2.3_build.5', V)).toEqual([{ tag: 'v1.2.3_build.5', version: '1.2.3+build.5' }]));
  it.each(['v1', 'v1.2', 'a1b2c3d', 'vv1.2.3', 'v1.2.3.4', '1.2.3'])('does not read %s as a version', (tag) =>
    expect(readVersionName(tag, V)).toEqual([]),
  );
});
