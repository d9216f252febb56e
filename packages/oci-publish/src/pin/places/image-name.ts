import { isOciError, parseReference } from '@nx-oci/model';

/** A reference as it is written in a file. */
export interface WrittenReference {
  /** As written, without tag and digest. */
  readonly written: string;
  /** `host/path` in full, as images are looked up. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** `host/path` of a repository, to compare with others. */
export function imageName({ registry, repository }: { readonly registry: string; readonly repository: string }): string {
  return `${registry.toLowerCase()}/${repository}`;
}

/** @returns undefined for a text that is no reference */
export function readReference(text: string): WrittenReference | undefined {
  try {
    const reference = parseReference(text);
    const { tag, digest } = reference;
    const tail = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
    return {
      written: text.slice(0, text.length - tail.length),
      name: imageName(reference),
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    };
  } catch (error) {
    if (!isOciError(error)) throw error;
    return undefined;
  }
}

/** The text before a variable or a template: `ghcr.io/acme/api` of `ghcr.io/acme/api:${TAG:-latest}`. */
export function beforeTemplate(text: string): string | undefined {
  const at = text.search(/\$|\{\{/);
  return at === -1 ? undefined : text.slice(0, at).replace(/[:@]$/, '');
}

/** With the defaults of its variables: `ghcr.io/acme/api:v1` of `${REGISTRY:-ghcr.io}/acme/api:v1`. */
export function withDefaults(text: string): string {
  return text.replaceAll(/\$\{\w+:?-([^{}]*)\}/g, '$1');
}

/** Whether a text such as `${REGISTRY}/acme/api:v1` names an image, whatever the variable at its beginning stands for. */
export function endsLike(text: string, name: string): boolean {
  const [, rest] = /^\$\{?\w+\}?\/([^${}]+)$/.exec(text) ?? [];
  const path = rest?.replace(/[:@].*$/, '');
  return path !== undefined && name.endsWith(`/${path}`);
}
