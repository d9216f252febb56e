import { renderTable } from '../render-table.mjs';

/** Exit codes; `exit-codes.spec.ts` of the end-to-end tests and the specs of the program try them. */
export function exitCodesPage() {
  return [
    '# Exit codes',
    'Nx runs the executors, and its own rule holds: 0 if every task succeeded, 1 if one failed.',
    renderTable(
      ['command', 'exit code', 'when'],
      [
        [
          '`nx run`, `nx run-many`, `nx affected`',
          '0',
          'every task succeeded, also where nothing had to be done (`upToDate`), every floating tag stays (`held`), or no rule gives a tag (`skipped`)',
        ],
        ['', '1', 'a task failed: the report of its image says why (`outcome: failed` with `reason`)'],
        ['', '130, 143', 'you stopped it (Ctrl-C), or something else did (SIGTERM)'],
        ['`nx run … --dryRun`', '1', 'the publish would fail: a tag would be refused, a limit is exceeded, the image is outdated'],
        ['`nx-oci:plan`', '0', 'also where images need publishing: read `hasImages` of the report; 1 if a registry could not be read'],
        ['`nx-oci:pin --check`', '1', 'a file is behind what is published'],
        ['`nx-oci:doctor`', '1', 'a publish would fail at one of the registries'],
        ['`nx-oci:test`', '1', 'a check found a fault'],
        ['`oci-registry`', '0', 'it was stopped (SIGINT, SIGTERM)'],
        ['', '1', 'a mistake on its command line, a port or folder in use, a folder that it cannot write'],
      ],
    ),
    'In GitLab CI and GitHub Actions a job fails with any code but 0. To go on after a failed image, use [`onFailure: continue`](../how-it-works/all-or-none.md#onfailure): the others are published, and the run still ends with 1.',
  ];
}
