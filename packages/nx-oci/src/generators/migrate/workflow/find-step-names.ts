import { translateTags } from '../metadata-action/translate-tags';
import { linesOf } from '../sources/expressions';
import { type FoundImage } from '../sources/found-image';
import { readBuilderInputs } from '../sources/builder-inputs';
import { type Step } from './workflow-file';

interface Named extends Pick<FoundImage, 'names' | 'tags' | 'notes'> {
  /** Labels that the metadata add. */
  readonly options: Readonly<Record<string, unknown>>;
}

const ECR_LOGIN = 'aws-actions/amazon-ecr-login';

/** From the step of docker/metadata-action whose outputs a step takes, else from its own list. */
export function findStepNames({ with: inputs }: Step, steps: readonly Step[]): Named | undefined {
  const written = inputs['tags'] ?? '';
  const [, id] = /\$\{\{\s*(?:steps\.([\w-]+)\.outputs\.(?:tags|json)\b|fromJSON\(steps\.([\w-]+)\.)/i.exec(written) ?? [];
  const metadata = steps.find((step) => step.uses === 'docker/metadata-action' && step.id === id);
  const found = metadata === undefined ? readReferences(written) : readMetadata(metadata);
  if (found === undefined) return undefined;
  const names = found.names.map((name) => withEcr(name, steps));
  const isEcr = names.some((name, index) => name !== found.names[index]);
  return { ...found, names, notes: isEcr ? [`the registry of ${ECR_LOGIN} → set the variable ECR_REGISTRY for the job`] : [] };
}

function readMetadata({ with: { images = '', tags = '', flavor = '', labels = '' } }: Step): Omit<Named, 'notes'> {
  const { options } = readBuilderInputs({ labels: linesOf(labels) });
  return { names: linesOf(images).filter(isEnabled).map(imageOf), tags: translateTags(tags, flavor), options };
}

function readReferences(written: string): Omit<Named, 'notes'> | undefined {
  const references = linesOf(written);
  if (references.length === 0) return undefined;
  const split = references.map((reference) => /^(.*?):([^/:]*(?:\$\{\{[^}]*\}\}[^/:]*)*)$/.exec(reference));
  const rows = split.map((parts) => `type=raw,value=${parts?.[2] ?? 'latest'}`);
  return {
    names: [...new Set(split.map((parts, index) => parts?.[1] ?? references[index] ?? ''))],
    tags: translateTags(rows.join('\n'), 'latest=false'),
    options: {},
  };
}

function isEnabled(line: string): boolean {
  return !/(?:^|,)enable=false\b/.test(line);
}

function imageOf(line: string): string {
  const [, name = line] = /(?:^|,)name=([^,]*)/.exec(line) ?? [];
  return name;
}

/** Its step logs in to the registry of the account, whose name only the job knows. */
function withEcr(name: string, steps: readonly Step[]): string {
  return name.replace(/\$\{\{\s*steps\.([\w-]+)\.outputs\.registry\s*\}\}/, (whole, id: string) =>
    steps.some((step) => step.uses === ECR_LOGIN && step.id === id) ? '${ECR_REGISTRY}' : whole,
  );
}
