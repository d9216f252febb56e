import { compareLines } from './compare-lines';

it('gives the lines that go and the lines that come', () => {
  expect(compareLines('host: a\nguard: true\n', 'host: b\nguard: true\ntls: {}\n')).toEqual(['- host: a', '+ host: b', '+ tls: {}']);
});

it('gives nothing for equal texts', () => {
  expect(compareLines('host: a\n', 'host: a\n')).toEqual([]);
});
