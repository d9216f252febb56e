import { type TakenOver } from './take-over';

// Each kind of image says so; here once is enough.
const UNTESTED = 'Nothing tests this image';

/**
 * What was taken over, for people. Images that publish the same from the same place have one block, since a matrix has many.
 *
 * @param exec the command before `nx`
 */
export function describeImages(images: readonly TakenOver[], exec: string): readonly string[] {
  const blocks = new Map<string, readonly TakenOver[]>();
  for (const image of images) {
    const { project: _project, chosen: _chosen, ...shared } = image;
    const key = JSON.stringify(shared);
    blocks.set(key, [...(blocks.get(key) ?? []), image]);
  }
  const isUntested = images.some(({ chosen }) => chosen.some((line) => line.startsWith(UNTESTED)));
  return [
    ...[...blocks.values()].flatMap(describeBlock),
    ...(isUntested ? [`Nothing tests an image before it is published. For a test: ${exec} nx g nx-oci:image <project> --test`, ''] : []),
  ];
}

function describeBlock(images: readonly TakenOver[]): readonly string[] {
  const [first] = images;
  if (first === undefined) return [];
  const title = `${images.map(({ project }) => project).join(', ')}, from ${first.source}:`;
  if (first.problem !== undefined) return [`${title} not taken over. ${first.problem}`, ''];
  const chosen = images.flatMap((image) => image.chosen.filter((line) => !line.startsWith(UNTESTED)));
  return [
    title,
    ...[...first.events, ...new Set(chosen)].map((line) => `  ${line}`),
    ...new Set(first.left.map((line) => `  Not taken over: ${line}.`)),
    '',
  ];
}
