type Line = Readonly<Record<string, unknown>>;

/** What the function writes while something runs: JSON, one object a line. */
export async function linesOf(run: () => unknown): Promise<Line[]> {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    await run();
  } finally {
    write.mockRestore();
  }
  return written.map((line) => JSON.parse(line));
}

/** A metric as its line declares it to CloudWatch. */
export interface DeclaredMetric {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

export function declaredMetrics(lines: readonly Line[]): DeclaredMetric[] {
  return lines.flatMap(
    ({ _aws }) => (_aws as { CloudWatchMetrics: DeclaredMetric[] } | undefined)?.CloudWatchMetrics ?? [],
  );
}
