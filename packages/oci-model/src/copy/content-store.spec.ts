import { isBlobMounter } from './content-store';
import { MemoryStore, MountingMemoryStore } from '../testing';

it('isBlobMounter tests for the ability to mount', () => {
  expect(isBlobMounter(new MountingMemoryStore({}))).toBe(true);
  expect([new MemoryStore(), undefined, null, 'text', { mountOrPush: true }].map(isBlobMounter)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
