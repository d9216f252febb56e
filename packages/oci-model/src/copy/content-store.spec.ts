import { isBlobMounter } from './content-store';
import { MemoryStore, MountingMemoryStore } from '../testing';

it('the ability to mount is asked for, not assumed', () => {
  expect(isBlobMounter(new MountingMemoryStore({}))).toBe(true);
  expect([new MemoryStore(), undefined, null, 'text', { mountOrPush: true }].map(isBlobMounter)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
