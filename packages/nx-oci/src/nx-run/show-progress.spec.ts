import { digestOf, MEDIA_TYPES, type Descriptor } from '@nx-oci/model';
import { ProgressDisplay } from '@nx-oci/publish';

import { chooseProgress } from './choose-progress';

const blob = (text: string, size: number): Descriptor => ({
  mediaType: MEDIA_TYPES.ociLayerGzip,
  digest: digestOf(Buffer.from(text)),
  size,
});
const ONE = blob('one', 10_000_000);
const OTHER = blob('other', 4000);

const ESCAPE = String.fromCharCode(27);

/** A terminal that interprets our output and shows what a user would see. */
class Screen {
  lines: string[] = [''];
  constructor(
    readonly columns = 80,
    readonly rows = 24,
  ) {}

  write(text: string): void {
    const [start = '', ...orders] = text.split(ESCAPE + '[');
    this.#type(start);
    for (const order of orders) this.#obey(order);
  }

  /** `2A…` goes up two lines, `0J…` clears everything below; `2m…` is a colour. */
  #obey(order: string): void {
    const [all = '', count, letter] = /^(\d+)([AJm])/.exec(order) ?? [];
    if (letter === 'A') this.lines = this.lines.slice(0, this.lines.length - Number(count));
    if (letter === 'J') this.lines = [...this.lines.slice(0, -1), ''];
    this.#type(order.slice(all.length));
  }

  #type(text: string): void {
    const [first = '', ...rest] = text.split('\n');
    this.lines = [...this.lines.slice(0, -1), (this.lines.at(-1) ?? '') + first, ...rest];
  }

  get shown(): string {
    return this.lines.join('\n');
  }
}

function makeDisplay(mode: 'live' | 'lines', columns?: number, rows?: number) {
  let nowMs = 0;
  const screen = new Screen(columns, rows);
  const display = new ProgressDisplay({ mode, screen, hasColor: true, now: () => nowMs });
  const at = (ms: number) => {
    nowMs = ms;
    display.refresh();
  };
  return { display, screen, at };
}

describe('progress in a terminal', () => {
  it('is redrawn in place: bytes and rate of a repository, then each of its blobs', () => {
    const { display, screen, at } = makeDisplay('live');
    display.watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 0 });
    at(0);
    display.watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 5_000_000 });
    display.watcher.moved('ghcr.io/acme/api', { descriptor: OTHER, movedBytes: 4000 });
    at(1000);
    expect(screen.shown).toContain('ghcr.io/acme/api  5.0 MB of 10.0 MB, 0 of 2 blobs, 5.0 MB/s\n');
    expect(screen.shown).toMatch(
      /\n {2}sha256:[a-f0-9]+ █{10}░{10} 5\.0 MB of 10\.0 MB\n {2}sha256:[a-f0-9]+ █{20} waiting for the registry\n$/,
    );
    expect(screen.lines).toHaveLength(4);
    display.stop();
  });

  it('disappears when everything is uploaded, and when it is stopped', () => {
    const { display, screen, at } = makeDisplay('live');
    display.watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 1 });
    at(100);
    display.watcher.arrived('ghcr.io/acme/api', { descriptor: ONE, outcome: 'uploaded' });
    at(200);
    expect(screen.shown).toBe('');
    display.watcher.moved('ghcr.io/acme/api', { descriptor: OTHER, movedBytes: 1 });
    at(300);
    display.stop();
    expect(screen.shown).toBe('');
  });

  it('stays below printed text', () => {
    const { display, screen, at } = makeDisplay('live');
    display.watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 1 });
    at(100);
    display.around((text) => screen.write(`${text}\n`))('a line');
    at(200);
    display.stop();
    expect(screen.shown).toBe('a line\n');
  });

  it('fits a narrow terminal without wrapping: numbers matter more than names', () => {
    const { display, screen, at } = makeDisplay('live', 46);
    display.watcher.moved('ghcr.io/some-organisation/some-product/api', { descriptor: ONE, movedBytes: 0 });
    at(0);
    display.watcher.moved('ghcr.io/some-organisation/some-product/api', { descriptor: ONE, movedBytes: 5_000_000 });
    at(1000);
    expect(screen.lines.filter((line) => line.length > 45)).toEqual([]);
    expect(screen.shown).toMatch(/^…\/some-product\/api {2}50 % of 10\.0 MB, 5\.0 MB\/s\n {2}[a-f0-9]{12} █{5}░{5} 50 % of 10\.0 MB\n$/);
    display.stop();
  });

  it('fits a low terminal, since scrolled lines cannot be redrawn', () => {
    const { display, screen, at } = makeDisplay('live', 80, 8);
    for (let index = 0; index < 3; index += 1) {
      for (let layer = 0; layer < 5; layer += 1) {
        display.watcher.moved(`ghcr.io/acme/app-${index}`, { descriptor: blob(`layer ${index} ${layer}`, 1000), movedBytes: 1 });
      }
    }
    at(100);
    expect(screen.lines.length).toBeLessThanOrEqual(8);
    expect(screen.shown.match(/^ghcr/gm)).toHaveLength(3);
    for (let index = 3; index < 20; index += 1) display.watcher.moved(`ghcr.io/acme/app-${index}`, { descriptor: ONE, movedBytes: 1 });
    at(200);
    expect(screen.lines.length).toBeLessThanOrEqual(8);
    expect(screen.shown).toContain('and 14 more repositories\n');
    display.stop();
    expect(screen.shown).toBe('');
  });
});

it('prints lines if it must not draw, and none for completed uploads', () => {
  const { display, screen, at } = makeDisplay('lines');
  display.watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 0 });
  at(0);
  display.watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 2_000_000 });
  at(1000);
  display.watcher.arrived('ghcr.io/acme/api', { descriptor: ONE, outcome: 'uploaded' });
  at(2000);
  display.stop();
  expect(screen.shown).toBe(
    'ghcr.io/acme/api  0 B of 10.0 MB, 0 of 1 blobs\n' + 'ghcr.io/acme/api  2.0 MB of 10.0 MB, 0 of 1 blobs, 2.0 MB/s\n',
  );
});

describe('chooseProgress', () => {
  it.each([
    ['the screen', 'screen', {}, 'live'],
    ['a pane', 'pane', {}, 'live'],
    ['a terminal that cannot move its cursor', 'screen', { TERM: 'dumb' }, 'lines'],
    ['a terminal in CI', 'screen', { CI: 'true' }, 'lines'],
    ['a log', 'lines', {}, 'lines'],
    ['output that Nx draws over', 'list', {}, 'none'],
    ['a terminal with a screen reader', 'screen', { NX_OCI_PROGRESS: 'lines' }, 'lines'],
    ['a pane with a screen reader', 'pane', { NX_OCI_PROGRESS: 'lines' }, 'lines'],
    ['a terminal that should show none', 'screen', { NX_OCI_PROGRESS: 'none' }, 'none'],
    ['hidden output', 'hidden', {}, 'none'],
  ] as const)('in %s', (_what, place, env, mode) => {
    expect(chooseProgress(place, env)).toBe(mode);
  });
});

describe('the whole of a transfer', () => {
  const third = blob('third', 20_000_000);

  it('counts what still waits, and says when it will be there', () => {
    const { display, screen, at } = makeDisplay('live', 80);
    const { watcher } = display;
    for (const descriptor of [ONE, OTHER, third]) watcher.queued('ghcr.io/acme/api', descriptor);
    at(0);
    expect(screen.shown).toBe('');
    watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 0 });
    watcher.arrived('ghcr.io/acme/api', { descriptor: OTHER, outcome: 'mounted' });
    watcher.moved('ghcr.io/acme/api', { descriptor: ONE, movedBytes: 5_000_000 });
    at(1000);
    expect(screen.shown.split('\n')[0]).toBe('ghcr.io/acme/api  5.0 MB of 30.0 MB, 0 of 2 blobs, 5.0 MB/s');
    watcher.moved('ghcr.io/acme/web', { descriptor: OTHER, movedBytes: 1000 });
    watcher.arrived('ghcr.io/acme/api', { descriptor: ONE, outcome: 'uploaded' });
    watcher.moved('ghcr.io/acme/api', { descriptor: third, movedBytes: 0 });
    at(5000);
    expect(screen.shown).toMatch(
      /^ghcr\.io\/acme\/api {2}10\.0 MB of 30\.0 MB, 1 of 2 blobs, 2\.0 MB\/s, 10 s left\n {2}sha256:\w+ ░{20} 0 B of 20\.0 MB\nghcr\.io\/acme\/web {2}1\.0 kB of 4\.0 kB, 0 of 1 blobs, 250 B\/s, 12 s left\n/,
    );
    display.stop();
    expect(screen.shown).toBe('');
  });
});
