// The Prometheus text format 0.0.4 as OpenMetrics 1.0: families of counters are named without `_total`, and the end is marked.

export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Whether an Accept header ranks OpenMetrics at least as high as plain text; without a header it does not. */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  const ranks = (accept ?? '').split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const q = parameters.find((text) => text.startsWith('q='))?.slice(2);
    return { type, rank: q === undefined ? 1 : Number(q) || 0 };
  });
  const rankOf = (type: string): number =>
    Math.max(0, ...ranks.filter((one) => one.type === type).map(({ rank }) => rank));
  const open = rankOf('application/openmetrics-text');
  return open > 0 && open >= rankOf('text/plain');
}

/** @param text in format 0.0.4, a `# TYPE` line before the samples of each family */
export function openMetricsOf(text: string): string {
  const counters = new Set([...text.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name]) => name));
  const lines = text.split('\n').flatMap((line) => {
    const [, word, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
    if (word === undefined) return line === '' ? [] : [line];
    if (!counters.has(name)) return [line];
    // A counter that is not called so may not be one in OpenMetrics.
    if (!name.endsWith('_total')) return word === 'TYPE' ? [`# TYPE ${name} unknown`] : [line];
    return [`# ${word} ${name.slice(0, -'_total'.length)} ${rest}`];
  });
  return `${lines.join('\n')}\n# EOF\n`;
}
