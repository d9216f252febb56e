import { isPrivateHost } from './private-address';

const hostOf = (authority: string): string => new URL(`http://${authority}/`).hostname;

describe('isPrivateHost', () => {
  it.each([
    'localhost',
    'a.localhost',
    'localhost.',
    'a.localhost.',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '[64:ff9b::a00:1]',
    '[64:ff9b:1::a9fe:a9fe]',
    '[2002:a00:1::1]',
  ])('is true for %s', (authority) => {
    expect(isPrivateHost(hostOf(authority))).toBe(true);
  });

  it.each(['registry.example.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]', '[64:ff9c::1]', 'localhost.example.com', '10.example.com'])(
    'is false for %s',
    (authority) => {
      expect(isPrivateHost(hostOf(authority))).toBe(false);
    },
  );
});
