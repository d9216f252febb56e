import { checkNamespace } from './check-namespace';

it.each(['', 'team', 'Team', 'team/app', 'a.b/c_d/e__f/g--h'])('accepts %j', (namespace) => {
  expect(checkNamespace(namespace)).toBeUndefined();
});

it.each(['team name', 'a//b', '-team', 'team-', 'ü', 'a..b', 'team:v1'])('refuses %j', (namespace) => {
  expect(checkNamespace(namespace)).toMatchObject({ fault: expect.stringContaining('grammar') });
});

it('removes leading and trailing slashes', () => {
  expect(checkNamespace('/team/app/')?.fix).toBe('write `team/app`');
});
