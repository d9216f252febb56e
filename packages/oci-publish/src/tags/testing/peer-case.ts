/** A case of docker/metadata-action's own tests: what it is given, what it gives, and the same list here. */
export interface PeerCase {
  /** As they are called there; those that differ in the form of the output alone are one. */
  readonly names: readonly string[];
  /** The event, and the ref where there is more than one: `push_dev`, `tag_v1.1.1`. */
  readonly on: string;
  /** Its `tags`, and each line of its `flavor`; none for its default list. */
  readonly rows: readonly string[];
  /** The rules here; the first list of the page where absent. */
  readonly tags?: readonly unknown[];
  /** `--release`, in place of its `value=`. */
  readonly release?: string;
  /** `release.releaseTag.pattern` of nx.json, in place of its `match=`. */
  readonly form?: string;
  /** Its tags, sorted. */
  readonly gives: readonly string[];
  /** Where the answer here is another one: why, and which; without a list, none at all. */
  readonly apart?: { readonly reason: string; readonly here?: readonly string[] };
}
