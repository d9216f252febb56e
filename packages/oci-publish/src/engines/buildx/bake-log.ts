/** Where the lines about one target go. */
export type PrintLine = (line: string) => void;

/**
 * Gives each target its part of the output of `docker buildx bake --progress=plain`: `#7 [api build 2/3] RUN …` and what follows of
 * step 7. A step that several targets share is shown under one of them; everything else, under all of them.
 *
 * @param targets by their names.
 * @returns takes the output, line by line.
 */
export function splitBakeLog(targets: ReadonlyMap<string, PrintLine>): PrintLine {
  const steps = new Map<string, PrintLine>();
  const all: PrintLine = (line) => {
    // Of one image, each platform is a target.
    for (const print of new Set(targets.values())) print(line);
  };
  return (line) => {
    const [, step, name] = /^#(\d+) (?:\[([\w-]+)[ \]])?/.exec(line) ?? [];
    if (step === undefined) {
      all(line);
      return;
    }
    const target = name === undefined ? undefined : targets.get(name);
    if (target !== undefined) steps.set(step, target);
    (steps.get(step) ?? all)(line);
  };
}
