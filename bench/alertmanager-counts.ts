// What receivers noted, counted: how many notices were due by each route, came, were left out, or came twice.

export interface Delivered {
  readonly route: string;
  /** Of the message: the same when it is sent again. */
  readonly id: string;
  readonly project: string;
  readonly rule: string;
  readonly notice: string;
}

export interface AlertEventCounts {
  readonly firing: number;
  readonly resolved: number;
}

export interface RouteCounts {
  readonly route: string;
  /** Each rule of each project fires and ends once. */
  readonly due: number;
  readonly came: number;
  readonly left: number;
  /** Under two ids: a receiver cannot know. */
  readonly twice: number;
  /** Again under the same id, as a kill between taking and noting brings: a receiver that knows ids takes them once. */
  readonly repeats: number;
}

const rules = ['quarantine-share', 'a-tenth-refused'];
const notices = ['fired', 'resolved'];

export function deliveredByRoute(all: readonly Delivered[], projects: readonly string[]): RouteCounts[] {
  const due = projects.flatMap((project) =>
    rules.flatMap((rule) => notices.map((notice) => `${project} ${rule} ${notice}`)),
  );
  return [...new Set(all.map(({ route }) => route))].sort().map((route) => {
    const of = all.filter((one) => one.route === route);
    const idsOf = (key: string): string[] =>
      of.filter(({ project, rule, notice }) => `${project} ${rule} ${notice}` === key).map(({ id }) => id);
    const ids = due.map(idsOf);
    return {
      route,
      due: due.length,
      came: ids.filter(({ length }) => length > 0).length,
      left: ids.filter(({ length }) => length === 0).length,
      twice: ids.filter((one) => new Set(one).size > 1).length,
      repeats: ids.reduce((sum, one) => sum + one.length - new Set(one).size, 0),
    };
  });
}

export function table(
  steps: readonly { readonly what: string; readonly found: string; readonly ok: boolean }[],
  routes: readonly RouteCounts[],
): string {
  const lines = steps.map(({ what, found, ok }) => `| ${what} | ${found} | ${ok ? 'yes' : 'NO'} |`);
  const counts = routes.map(
    ({ route, due, came, left, twice, repeats }) =>
      `| ${route} | ${due} | ${came} | ${left} | ${twice} | ${repeats} |`,
  );
  return [
    '| step | found | ok |',
    '|---|---|---|',
    ...lines,
    '',
    '| route | notices due | came | left out | under two ids | repeats of one id |',
    '|---|---|---|---|---|---|',
    ...counts,
    '',
  ].join('\n');
}
