// What the pages ask for, each under a key that begins with its kind: `live.ts` says which events make which kinds old.

import type { QueryClient } from '@tanstack/react-query';
import type * as api from './api.ts';
import { get, list, part, type Query, send } from './api.ts';

/** `[kind]`, `[kind, project]` or with more that tells queries of a kind apart. */
export type Key = readonly [kind: Kind, project?: string | undefined, ...rest: unknown[]];
export type Kind =
  | 'projects'
  | 'series'
  | 'overrides'
  | 'alerts'
  | 'lineage'
  | 'standing'
  | 'drift'
  | 'accuracy'
  | 'coverage'
  | 'batches'
  | 'quarantine'
  | 'withdrawals'
  | 'profile'
  | 'contract'
  | 'snapshots'
  | 'models'
  | 'runs'
  | 'jobs'
  | 'sources'
  | 'streams'
  | 'health'
  | 'demo'
  | 'ready'
  | 'kpis';

/** The most that a list of the API gives at once. */
export const listMax = 1000;
export const quarantineMax = 10_000;
/** Series that one request brings. */
const seriesPage = 200;
const overridesShown = 100;
const alertsShown = 200;
/** Groups of totals; the rest are one line. */
const totalsMax = 500;

interface Asked<T> {
  readonly queryKey: Key;
  readonly queryFn: (context: { signal: AbortSignal }) => Promise<T>;
}

function query<T>(key: Key, ask: (signal: AbortSignal) => Promise<T>): Asked<T> {
  return { queryKey: key, queryFn: ({ signal }) => ask(signal) };
}

const of = (project: string, rest: string): string => `/v1/projects/${part(project)}/${rest}`;

export const projects = () =>
  query(['projects'], (signal) => list<api.ProjectView>('/v1/projects', {}, signal));

export const project = (name: string) =>
  query(['projects', name], (signal) => get<api.ProjectView>(`/v1/projects/${part(name)}`, {}, signal));

export const removedProjects = () =>
  query(['projects', undefined, 'removed'], (signal) =>
    list<api.RemovedProject>('/v1/removed-projects', {}, signal),
  );

export const alerts = (ask: Query = {}) =>
  query(['alerts', undefined, ask], (signal) =>
    list<api.Alert>('/v1/alerts', { ...ask, limit: alertsShown }, signal),
  );

export const alertRoutes = () =>
  query(['alerts', undefined, 'routes'], (signal) => list<api.AlertRoute>('/v1/alert-routes', {}, signal));

/** Pages of the list, each asked for by where the one before ended. */
export const seriesList = (project: string, ask: Query) => ({
  queryKey: ['series', project, ask] as Key,
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
    get<api.SeriesList>(of(project, 'series'), { ...ask, limit: seriesPage, cursor: pageParam }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next }: api.SeriesList) => next ?? undefined,
});

/** The first of the list alone. */
export const firstSeries = (project: string, ask: Query) =>
  query(['series', project, 'first', ask], (signal) =>
    get<api.SeriesList>(of(project, 'series'), ask, signal),
  );

export const lineage = (prediction: string) =>
  query(['lineage', undefined, prediction], (signal) =>
    get<api.Lineage>(`/v1/predictions/${part(prediction)}/why`, {}, signal),
  );

export const totals = (project: string, by: string) =>
  query(['series', project, 'totals', by], (signal) =>
    get<api.SeriesTotals>(
      of(project, 'totals'),
      { by: by === '' ? undefined : by, limit: totalsMax },
      signal,
    ),
  );

export const risk = (project: string) =>
  query(['series', project, 'risk'], (signal) => get<api.MoneyAtRisk>(of(project, 'risk'), {}, signal));

export const standing = (project: string) =>
  query(['standing', project], (signal) => get<api.ProjectStanding>(of(project, 'standing'), {}, signal));

export const driftChecks = (project: string) =>
  query(['drift', project], (signal) => get<api.DriftChecks>(of(project, 'drift'), {}, signal));

export const driftReport = (project: string, report: string) =>
  query(['drift', project, report], (signal) =>
    get<api.DriftReportView>(of(project, `drift/${part(report)}`), {}, signal),
  );

export const exceptions = (project: string, ask: Query = {}) =>
  query(['series', project, 'exceptions', ask], (signal) =>
    get<api.SeriesExceptions>(of(project, 'exceptions'), ask, signal),
  );

/** @param from first period of the history; undefined = as the server has it */
export const oneSeries = (project: string, series: string, from: string | undefined) =>
  query(['series', project, series, from], (signal) =>
    get<api.SeriesDetail>(of(project, `series/${part(series)}`), { from }, signal),
  );

/** The newest of them; older ones are rarely looked at. */
export const overrides = (project: string, ask: { series?: string; state?: string; limit?: number } = {}) =>
  query(['overrides', project, ask], (signal) =>
    get<api.OverrideList>(of(project, 'overrides'), { limit: overridesShown, ...ask }, signal),
  );

/** @param series undefined = of all */
export const overrideValue = (project: string, series: string | undefined) =>
  query(['overrides', project, 'value', series], (signal) =>
    get<api.OverrideValue>(of(project, 'overrides/value'), { series }, signal),
  );

/** @param future plans in place of those that are known, by column, a value for each step */
export const explanation = (
  project: string,
  series: string,
  future?: Readonly<Record<string, readonly number[]>>,
) =>
  query(['series', project, series, 'explain', future], (signal) => {
    const path = of(project, `series/${part(series)}/explain`);
    return future === undefined
      ? get<api.SeriesExplanation>(path, {}, signal)
      : send<api.SeriesExplanation>('POST', path, { future }, signal);
  });

/** @param request with the series whose curve is wanted */
export const stockCurve = (project: string, request: api.ReplenishmentRequest) =>
  query(['series', project, 'stock', request], (signal) =>
    send<api.Replenishment>('POST', of(project, 'replenishment'), request, signal),
  );

export const accuracy = (project: string, ask: { groupBy?: string; version?: string; limit?: number } = {}) =>
  query(['accuracy', project, ask], (signal) => get<api.Accuracy>(of(project, 'accuracy'), ask, signal));

export const batches = (project: string) =>
  query(['batches', project], (signal) =>
    list<api.Batch>(of(project, 'batches'), { limit: listMax }, signal),
  );

export const quarantine = (project: string, ask: { batch?: string; limit?: number } = {}) =>
  query(['quarantine', project, ask], (signal) =>
    list<api.QuarantinedRow>(of(project, 'quarantine'), { limit: quarantineMax, ...ask }, signal),
  );

export const profile = (project: string) =>
  query(['profile', project], (signal) => get<api.StoredProfile>(of(project, 'profile'), {}, signal));

export const contract = (project: string) =>
  query(['contract', project], (signal) => get<api.StoredContract>(of(project, 'contract'), {}, signal));

export const snapshots = (project: string) =>
  query(['snapshots', project], (signal) =>
    list<api.Snapshot>(of(project, 'snapshots'), { limit: listMax }, signal),
  );

export const snapshotDiff = (project: string, pair: { a: string; b: string }) =>
  query(['snapshots', project, pair], (signal) =>
    get<api.SnapshotDiff>(of(project, 'snapshots/diff'), pair, signal),
  );

export const models = (project: string) =>
  query(['models', project], (signal) =>
    list<api.ModelVersion>(of(project, 'models'), { limit: listMax }, signal),
  );

export const runs = (project: string) =>
  query(['runs', project, 'all'], (signal) => list<api.Run>(of(project, 'runs'), { limit: listMax }, signal));

export const run = (project: string, id: string) =>
  query(['runs', project, id], (signal) => get<api.Run>(of(project, `runs/${part(id)}`), {}, signal));

export const jobs = (ask: { project?: string; state?: string; limit?: number } = {}) =>
  query(['jobs', ask.project, ask], (signal) =>
    list<api.Job>('/v1/jobs', { limit: listMax, ...ask }, signal),
  );

export const job = (id: string) =>
  query(['jobs', undefined, id], (signal) => get<api.Job>(`/v1/jobs/${part(id)}`, {}, signal));

export const jobLog = (id: string) =>
  query(['jobs', undefined, id, 'log'], (signal) => get<api.JobLog>(`/v1/jobs/${part(id)}/log`, {}, signal));

export const sources = () => query(['sources'], (signal) => list<api.Source>('/v1/sources', {}, signal));
export const streams = () => query(['streams'], (signal) => list<api.Stream>('/v1/streams', {}, signal));
export const demo = () => query(['demo'], (signal) => get<api.DemoState>('/v1/demo', {}, signal));
export const demoStock = () =>
  query(['demo', undefined, 'stock'], (signal) => get<api.DemoStock>('/v1/demo/stock', {}, signal));
export const health = () => query(['health'], (signal) => get<api.Health>('/health', {}, signal));
export const kpis = (minutes: number) =>
  query(['kpis', undefined, minutes], (signal) => get<api.Kpis>('/v1/system/kpis', { minutes }, signal));

/** A list of which more pages than this were looked at is not asked for again as a whole by itself. */
const pagesRenewed = 2;

/** Makes answers of these kinds old; of a project, where one is named and the answer is of one. */
export async function refresh(client: QueryClient, kinds: readonly Kind[], project?: string): Promise<void> {
  await client.invalidateQueries({
    predicate: ({ queryKey, state }) => {
      const [kind, of] = queryKey as unknown as Key;
      const pages = (state.data as { pages?: readonly unknown[] } | undefined)?.pages?.length ?? 0;
      return (
        kinds.includes(kind) &&
        (project === undefined || of === undefined || of === project) &&
        pages <= pagesRenewed
      );
    },
  });
}
