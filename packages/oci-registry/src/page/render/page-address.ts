/** The parameters of a page's address; absent ones are left out. */
export interface PageQuery {
  readonly repository?: string;
  /** A tag or digest: the page of one image. */
  readonly image?: string;
  /** Of an index: the platform that is shown in detail. */
  readonly platform?: string;
  /** A tag or digest that `with` is compared with. */
  readonly compare?: string;
  readonly with?: string;
  /** A tag or digest: the page that asks whether to delete it. */
  readonly delete?: string;
  /** What was searched for. */
  readonly q?: string;
  /** Of a long list, from 1. */
  readonly page?: number;
}

/** `/?repository=team%2Fapi&image=v1` */
export function addressOf(query: PageQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, string | number | undefined][]) {
    if (value !== undefined && value !== '' && !(name === 'page' && value === 1)) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? '/' : `/?${text}`;
}

/** The number of a page in an address; the first for anything that is no number. */
export function readPageNumber(text: string | null): number {
  return text !== null && /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 1;
}
