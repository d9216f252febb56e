import { join } from 'node:path';

import { formatPlatform, OciError, portablePath } from '@nx-oci/model';

import { createBaseOpener } from '../build/open-base';
import { type ExpectedPart } from '../engines/names/expected-part';
import { ImageUses } from '../engines/image/image-uses';
import { checkImage } from './check-image';
import { joinFindings, type Findings } from './checks/tested-image';
import { describeFaults, describePass } from './describe-findings';
import { LayerFactsStore } from './facts/layer-facts';
import { openBuiltImage, type OpenedImage } from './image/open-built-image';
import { normalizeTestOptions, type NormalizedTestOptions } from './options';
import { Proofs } from './proof';
import { findEngine } from './run/container-engine';
import { runImage } from './run/run-image';

/** One image to test. */
export interface RequestedTest {
  readonly project: string;
  /** As written. */
  readonly options: unknown;
  /** The parts that it consists of; absent if one task makes all of it. */
  readonly parts?: readonly ExpectedPart[] | undefined;
}

/** Tests built images, for the lifetime of one process. */
export interface ImageTester {
  /**
   * @returns what was checked, for the user. @throws OciError `IMAGE_FAULTY` with all faults; other codes if it could not be
   * tested.
   */
  test(asked: RequestedTest): Promise<string>;
  /** The same for an image that is in no image folder. */
  testOpened(image: OpenedImage, options: unknown): Promise<string>;
  close(): Promise<void>;
}

export interface TesterSettings {
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** The Nx process of the run, until whose end no prune removes what is tested; by default this process. */
  readonly runPid?: number | undefined;
}

export function createImageTester(settings: TesterSettings): ImageTester {
  const { workspaceRoot, env, signal } = settings;
  const bases = createBaseOpener({ workspaceRoot, env, ...(signal !== undefined && { signal }) });
  const cache = join(workspaceRoot, 'node_modules/.cache/nx-oci');
  const store = new LayerFactsStore(cache);
  const proofs = new Proofs(join(cache, 'image-tests'));
  const uses = new ImageUses(workspaceRoot, settings.runPid);
  const testOpened = async (image: OpenedImage, wanted: NormalizedTestOptions): Promise<string> => {
    const proof = env['NX_SKIP_NX_CACHE'] === 'true' ? undefined : await proofs.recall(image, wanted);
    if (proof !== undefined && (proof.isRun || !(await canRun(wanted, settings)))) return `${proof.text}, as before`;
    const found = await checkPlatforms(image, (platform) => checkImage(platform, wanted, { source: image.source, store, signal }));
    // An image with known faults need not be started.
    const run = found.faults.length > 0 ? undefined : await runImage(image, wanted.run, settings);
    const findings = joinFindings([found, run ?? {}]);
    if (findings.faults.length > 0) throw faulty(image, findings, workspaceRoot);
    const text = describePass(image, findings);
    if (found.notChecked.length === 0) await proofs.keep(image, wanted, { isRun: run?.isProven === true, text });
    return text;
  };
  const test = async ({ project, options, parts }: RequestedTest): Promise<string> => {
    const wanted = normalizeTestOptions(options, project);
    return testOpened(await openBuiltImage({ project, workspaceRoot, parts, openRepository: bases.openRepository }), wanted);
  };
  return {
    testOpened: (image, options) => testOpened(image, normalizeTestOptions(options, image.project)),
    test: (asked) => uses.during([asked.project], 'test', () => test(asked)),
    close: () => bases.close(),
  };
}

/** A pass without a run only counts if a run is not wanted, or not possible. */
async function canRun({ run }: NormalizedTestOptions, settings: TesterSettings): Promise<boolean> {
  if (run.run !== 'auto') return run.run === 'required';
  return typeof (await findEngine(run.engine, settings)) !== 'string';
}

async function checkPlatforms(
  { platforms }: OpenedImage,
  check: (image: OpenedImage['platforms'][number]) => Promise<Findings>,
): Promise<Findings> {
  const found = await Promise.all(platforms.map(check));
  if (found.length === 1) return joinFindings(found);
  const named = found.map((findings, index): Findings => {
    const { platform } = platforms[index] ?? {};
    const name = platform === undefined ? '' : `${formatPlatform(platform)}: `;
    const add = (lines: readonly string[]) => lines.map((line) => `${name}${line}`);
    return {
      faults: findings.faults.map(({ what, fix }) => ({ what: `${name}${what}`, fix })),
      notChecked: add(findings.notChecked),
      doubts: add(findings.doubts),
      proven: add(findings.proven),
    };
  });
  return joinFindings(named);
}

function faulty(image: OpenedImage, findings: Findings, workspaceRoot: string): OciError {
  const text = describeFaults(image.project, findings);
  return new OciError('IMAGE_FAULTY', text, {
    hint: `Nothing of it is published until its test passes.${image.folder === undefined ? '' : ` The image is in ${portablePath(workspaceRoot, image.folder)}.`}`,
  });
}
