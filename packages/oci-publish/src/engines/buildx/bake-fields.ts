/** One target of a bake file; fields that are absent stay out of it. @see https://docs.docker.com/build/bake/reference/#target */
export type BakeTarget = Readonly<Record<string, BakeValue | undefined>>;

export type BakeValue = string | boolean | readonly string[] | Readonly<Record<string, string>>;
