import { printable } from '@nx-oci/publish';

import { type Step } from './diagnosis';
import { needsFixing, renderDiagnosis, type Diagnosis } from './render-diagnosis';

const ROUND = { name: 'one', address: 'registry.test/team', steps: [{ name: 'reach', outcome: 'passed', text: 'answers' }] } as const;
const failed = (text: string): Step => ({ name: 'push', outcome: 'failed', text, hint: 'Ask for it.' });

const render = (diagnosis: Diagnosis): string => printable(renderDiagnosis(diagnosis), { hasColor: false });

describe('a diagnosis in the terminal', () => {
  it('has one line per step, and a verdict', () => {
    const diagnosis: Diagnosis = { problems: [], warnings: [], registries: [ROUND], engines: [] };
    expect(render(diagnosis)).toBe(['one  registry.test/team', '  ✔ reach  answers', 'It works.'].join('\n'));
    expect(needsFixing(diagnosis)).toBe(false);
  });

  it('shows each hint once per registry', () => {
    const steps: readonly Step[] = [failed('api is denied'), failed('web is denied')];
    const diagnosis: Diagnosis = { problems: [], warnings: [], registries: [{ ...ROUND, steps }, ROUND], engines: [] };
    expect(render(diagnosis)).toBe(
      [
        'one  registry.test/team',
        '  ✖ push  api is denied',
        '          → Ask for it.',
        '  ✖ push  web is denied',
        'one  registry.test/team',
        '  ✔ reach  answers',
        'Needs fixing: one.',
      ].join('\n'),
    );
    expect(needsFixing(diagnosis)).toBe(true);
  });

  it('names Docker and publish targets among what needs fixing', () => {
    const diagnosis: Diagnosis = {
      problems: ['Cannot publish web: 1 problem'],
      warnings: [],
      registries: [ROUND],
      engines: [{ name: 'docker', outcome: 'failed', text: 'Cannot reach Docker Engine.\nIs it running?', hint: 'Start it.' }],
    };
    expect(render(diagnosis).split('\n').slice(-5)).toEqual([
      'docker',
      '  ✖ Cannot reach Docker Engine.',
      '    Is it running?',
      '    → Start it.',
      'Needs fixing: docker, the options of publish targets.',
    ]);
    expect(render(diagnosis)).toMatch(/^✖ Cannot publish web: 1 problem\n/);
  });

  it('does not count information as something to fix', () => {
    const diagnosis: Diagnosis = {
      problems: [],
      warnings: [],
      registries: [{ ...ROUND, steps: [{ name: 'login', outcome: 'info', text: 'no login found' }] }],
      engines: [{ name: 'docker', outcome: 'passed', text: 'Docker Engine 29.0' }],
    };
    expect(needsFixing(diagnosis)).toBe(false);
    expect(render(diagnosis)).toMatch(/\n {2}✔ Docker Engine 29\.0\nBoth work\.$/);
  });

  it('escapes control characters in the texts of a registry', () => {
    expect(
      renderDiagnosis({ problems: [], warnings: [], registries: [{ ...ROUND, steps: [failed('\u001B]0;owned\u0007')] }], engines: [] }),
    ).not.toContain('\u0007');
  });

  it('warns of possible problems without failing', () => {
    const diagnosis = { problems: [], warnings: ['api:image packs dist, an output of api:build'], registries: [], engines: [] };
    expect(needsFixing(diagnosis)).toBe(false);
    expect(render(diagnosis)).toContain('• api:image packs dist');
  });
});
