import { runGit } from './run-git';

/** A git tag and the commit that it stands on. */
export interface GitTag {
  readonly name: string;
  readonly commit: string;
}

/** All tags of the repository, as far as they were fetched; one question, whatever is looked for among them. */
export async function readTags(folder: string): Promise<readonly GitTag[]> {
  // An annotated tag is an object of its own: what it points at stands in the second place.
  const answer = await runGit(folder, ['for-each-ref', '--format=%(refname:strip=2)%09%(objectname)%09%(*objectname)', 'refs/tags']);
  return answer.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', object = '', peeled = ''] = line.split('\t');
      return { name, commit: peeled === '' ? object : peeled };
    });
}
