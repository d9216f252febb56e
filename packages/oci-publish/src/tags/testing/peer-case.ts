/** A case of docker/metadata-action's own tests: its input and output, and the equivalent rules of ours. */
export interface PeerCase {
  /** The names of the tests there; tests that only differ in the format of the output are combined. */
  readonly names: readonly string[];
  /** The event, and the ref if there are several: `push_dev`, `tag_v1.1.1`. */
  readonly on: string;
  /** Its `tags`, and each line of its `flavor`; empty for its default list. */
  readonly rows: readonly string[];
  /** Our rules; default: the first list of the page. */
  readonly tags?: readonly unknown[];
  /** `--release`, instead of its `value=`. */
  readonly release?: string;
  /** `release.releaseTag.pattern` of nx.json, instead of its `match=`. */
  readonly form?: string;
  /** Its tags, sorted. */
  readonly gives: readonly string[];
  /** If our result differs: why, and our tags; without a list, none at all. */
  readonly apart?: { readonly reason: string; readonly here?: readonly string[] };
}
