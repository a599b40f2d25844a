// The API as typed methods. Runs wherever there is `fetch`: Node, browsers, workers.

import type * as api from './api.ts';
import { ClientAlerts } from './client-alerts.ts';
import {
  type AccuracyQuery,
  type EventQuery,
  type ObserveOptions,
  type OverrideQuery,
  type OverrideValueQuery,
  type Rows,
  textOf,
} from './client-queries.ts';
import { type ClientTimers, pause } from './pause.ts';
import { ProblemError, problemErrorOf } from './problem-error.ts';
import { queryText } from './query-text.ts';
import { type SeriesQuery, seriesQueryText } from './series-query.ts';
import { readServerSentEvents } from './server-sent-events.ts';
import { type DeliveryOptions, deliveryHeaders } from './sign-delivery.ts';
import { type WaitOptions, waitForJob } from './wait-for-job.ts';

export interface AlmanacClientOptions {
  /** Such as `http://127.0.0.1:7400`. */
  readonly baseUrl: string;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
  /** Default: the platform's. */
  readonly timers?: ClientTimers;
}

const reconnectMs = 500;

export class AlmanacClient {
  readonly #baseUrl: string;
  readonly #fetch: typeof fetch;
  readonly #timers: ClientTimers;
  /** What somebody should know of. */
  readonly alerts: ClientAlerts = new ClientAlerts({
    get: (path) => this.#json(path),
    post: (path, body) => this.#post(path, body),
  });

  constructor(options: AlmanacClientOptions) {
    this.#baseUrl = withoutSlash(options.baseUrl);
    this.#timers = options.timers ?? globalThis;
    this.#fetch = options.fetch ?? ((...request) => fetch(...request));
  }

  /** Sends rows, or NDJSON or CSV text as it is. The whole batch lands or none of it. */
  async observe(project: string, rows: Rows, options: ObserveOptions = {}): Promise<api.IngestResult> {
    return this.#postRows(`${this.#projectPath(project)}/observations`, rows, options);
  }

  /** Sends attributes, one row per series: the series columns and the static columns. Known before a series sells. */
  async describe(project: string, rows: Rows, options: ObserveOptions = {}): Promise<api.IngestResult> {
    return this.#postRows(`${this.#projectPath(project)}/attributes`, rows, options);
  }

  #postRows(path: string, rows: Rows, options: ObserveOptions): Promise<api.IngestResult> {
    const [type, body] = textOf(rows);
    const headers: Record<string, string> = { 'content-type': type };
    if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
    const { closedThrough, mapping, feed } = options;
    return this.#json(path + queryText({ closedThrough, mapping, feed }), { method: 'POST', headers, body });
  }

  forecast(project: string, request: api.ForecastRequest = {}): Promise<api.Forecast> {
    return this.#post(`${this.#projectPath(project)}/forecast`, request);
  }

  /** What to order, most urgent first. */
  replenishment(project: string, request: api.ReplenishmentRequest): Promise<api.Replenishment> {
    return this.#post(`${this.#projectPath(project)}/replenishment`, request);
  }

  /**
   * Begins a file with forecasts of all series, or of those of a table; `fetchForecastFile` fetches it when its job is done.
   * @param rows series, and plans for their steps, as NDJSON or CSV text
   */
  makeForecastFile(
    project: string,
    options: api.ForecastFileOptions = {},
    rows?: { readonly ndjson: string } | { readonly csv: string },
  ): Promise<api.ForecastFileAccepted> {
    const { quantiles, log, ...rest } = options;
    const query = queryText({
      ...rest,
      ...(quantiles === undefined ? {} : { quantiles: quantiles.join(',') }),
      ...(log === undefined ? {} : { log: String(log) }),
    });
    const path = `${this.#projectPath(project)}/forecast-files${query}`;
    if (rows === undefined) return this.#json(path, { method: 'POST' });
    const [type, body] = 'csv' in rows ? ['text/csv', rows.csv] : ['application/x-ndjson', rows.ndjson];
    return this.#json(path, { method: 'POST', headers: { 'content-type': type }, body });
  }

  /** The file of a job of `makeForecastFile` that is done, as it comes. */
  async fetchForecastFile(project: string, jobId: string): Promise<ReadableStream<Uint8Array>> {
    const path = `${this.#projectPath(project)}/forecast-files/${encodeURIComponent(jobId)}`;
    const { body } = await this.#send(path, {});
    return body ?? new ReadableStream({ start: (controller) => controller.close() });
  }

  accuracy(project: string, query: AccuracyQuery = {}): Promise<api.Accuracy> {
    return this.#json(`${this.#projectPath(project)}/accuracy${queryText({ ...query })}`);
  }

  /** A page of the series that a query meets; `cursor` is `next` of the page before. */
  listSeries(project: string, query: SeriesQuery = {}): Promise<api.SeriesList> {
    return this.#json(`${this.#projectPath(project)}/series${seriesQueryText(query)}`);
  }

  /** One series with all that is known of it. @param range first and last period, as dates or step numbers */
  getSeries(
    project: string,
    series: string,
    range: { readonly from?: string; readonly to?: string } = {},
  ): Promise<api.SeriesDetail> {
    return this.#json(
      `${this.#projectPath(project)}/series/${encodeURIComponent(series)}${queryText({ ...range })}`,
    );
  }

  /** Which series need a person, largest amount first. */
  exceptions(
    project: string,
    query: { readonly kind?: api.ExceptionKind; readonly limit?: number } = {},
  ): Promise<api.SeriesExceptions> {
    return this.#json(`${this.#projectPath(project)}/exceptions${queryText({ ...query })}`);
  }

  /** What wrong forecasts are expected to cost over the horizon. */
  moneyAtRisk(project: string): Promise<api.MoneyAtRisk> {
    return this.#json(`${this.#projectPath(project)}/risk`);
  }

  /** Its last and next training, what serves against the champion before, and its maturity. */
  projectStanding(project: string): Promise<api.ProjectStanding> {
    return this.#json(`${this.#projectPath(project)}/standing`);
  }

  /** Checks of drift, newest first. */
  driftChecks(project: string, query: { readonly limit?: number } = {}): Promise<api.DriftChecks> {
    return this.#json(`${this.#projectPath(project)}/drift${queryText({ ...query })}`);
  }

  /** One check of drift in full. @param report id of the job that made it; default: the newest */
  driftReport(project: string, report = 'latest'): Promise<api.DriftReportView> {
    return this.#json(`${this.#projectPath(project)}/drift/${encodeURIComponent(report)}`);
  }

  /** Begins a check of drift; the job's id is that of the report which it leaves. */
  checkDrift(project: string): Promise<api.TrainAccepted> {
    return this.#post(`${this.#projectPath(project)}/drift`, {});
  }

  /** Totals over series, by columns that name them and attributes; none = the total alone. */
  totals(project: string, by: readonly string[] = [], limit?: number): Promise<api.SeriesTotals> {
    const query = queryText({ by: by.length === 0 ? undefined : by.join(','), limit });
    return this.#json(`${this.#projectPath(project)}/totals${query}`);
  }

  /** What drives the forecast of a series, in units; `future` as that of a forecast. */
  explain(
    project: string,
    series: string,
    of: Pick<api.ForecastRequest, 'horizon' | 'future'> = {},
  ): Promise<api.SeriesExplanation> {
    return this.#post(`${this.#projectPath(project)}/series/${encodeURIComponent(series)}/explain`, of);
  }

  /**
   * Says numbers in place of the model's, for periods of a series.
   * @param options.idempotencyKey sending the same key again changes nothing; default: none
   */
  override(
    project: string,
    request: api.OverrideRequest,
    options: { readonly idempotencyKey?: string } = {},
  ): Promise<api.OverridesSet> {
    const { idempotencyKey: key } = options;
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return this.#post(`${this.#projectPath(project)}/overrides`, request, headers);
  }

  /** A page of what has been overridden, newest first. */
  overrides(project: string, query: OverrideQuery = {}): Promise<api.OverrideList> {
    return this.#json(`${this.#projectPath(project)}/overrides${queryText({ ...query })}`);
  }

  /** Takes an override back, or, by the id of a change, all that stand of it. */
  withdrawOverride(project: string, id: string, reason: string): Promise<api.OverridesSet> {
    const path = `${this.#projectPath(project)}/overrides/${encodeURIComponent(id)}${queryText({ reason })}`;
    return this.#json(path, { method: 'DELETE' });
  }

  /** What overrides were worth: seasonal naive → model → override. */
  overrideValue(project: string, query: OverrideValueQuery = {}): Promise<api.OverrideValue> {
    return this.#json(`${this.#projectPath(project)}/overrides/value${queryText({ ...query })}`);
  }

  coverage(project: string): Promise<api.Coverage> {
    return this.#json(`${this.#projectPath(project)}/coverage`);
  }

  train(project: string, options: { reason?: string } = {}): Promise<api.TrainAccepted> {
    return this.#post(`${this.#projectPath(project)}/train`, options);
  }

  job(id: string): Promise<api.Job> {
    return this.#json(`/v1/jobs/${encodeURIComponent(id)}`);
  }

  async jobs(
    query: { project?: string; state?: api.JobState; limit?: number } = {},
  ): Promise<readonly api.Job[]> {
    return this.#items(`/v1/jobs${queryText(query)}`);
  }

  cancelJob(id: string): Promise<api.Job> {
    return this.#post(`/v1/jobs/${encodeURIComponent(id)}/cancel`, {});
  }

  /** One that failed, or was cancelled, from its own request: a new job, which names it as its parent. */
  startAgain(id: string): Promise<api.TrainAccepted> {
    return this.#post(`/v1/jobs/${encodeURIComponent(id)}/again`, {});
  }

  /** What it did, line by line, oldest first; the newest lines where there are more than are shown. */
  jobLog(id: string): Promise<api.JobLog> {
    return this.#json(`/v1/jobs/${encodeURIComponent(id)}/log`);
  }

  /** Resolves when the job has ended, well or not. Follows the event stream, so it asks only when something happened. */
  waitForJob(id: string, options: WaitOptions = {}): Promise<api.Job> {
    const asks = {
      job: () => this.job(id),
      events: (query: EventQuery) => this.events(query),
      pause: (ms: number, signal: AbortSignal) => pause(this.#timers, ms, signal),
    };
    return waitForJob(asks, options);
  }

  /** What happens, in order; reconnects after the last event seen. Ends when `signal` is aborted. */
  async *events(query: EventQuery = {}): AsyncGenerator<api.AlmanacEvent, void, undefined> {
    const { signal, types, project } = query;
    let { after } = query;
    while (!signal?.aborted) {
      try {
        const url = `/v1/events${queryText({ after, project, types: types?.join(',') })}`;
        const response = await this.#send(url, signal ? { signal } : {});
        if (!response.body) return;
        for await (const { data } of readServerSentEvents(response.body)) {
          const event = JSON.parse(data) as api.AlmanacEvent;
          after = event.seq;
          yield event;
        }
      } catch (error) {
        if (signal?.aborted) return;
        // A refusal is for the caller; a broken connection is made anew.
        if (error instanceof ProblemError && error.status < 500) throw error;
        await pause(this.#timers, reconnectMs, signal);
      }
    }
  }

  async models(project: string, query: { limit?: number } = {}): Promise<readonly api.ModelVersion[]> {
    return this.#items(`${this.#projectPath(project)}/models${queryText(query)}`);
  }

  /** @param version number, id or alias */
  model(project: string, version: string | number): Promise<api.ModelVersion> {
    return this.#json(`${this.#projectPath(project)}/models/${encodeURIComponent(version)}`);
  }

  promote(
    project: string,
    version: string | number,
    cause: { reason?: string } = {},
  ): Promise<api.Promotion> {
    return this.#post(`${this.#projectPath(project)}/models/${encodeURIComponent(version)}/promote`, cause);
  }

  rollback(project: string, cause: { reason?: string } = {}): Promise<api.Promotion> {
    return this.#post(`${this.#projectPath(project)}/rollback`, cause);
  }

  async runs(project: string, query: { before?: string; limit?: number } = {}): Promise<readonly api.Run[]> {
    return this.#items(`${this.#projectPath(project)}/runs${queryText(query)}`);
  }

  run(project: string, id: string): Promise<api.Run> {
    return this.#json(`${this.#projectPath(project)}/runs/${encodeURIComponent(id)}`);
  }

  async snapshots(project: string, query: { limit?: number } = {}): Promise<readonly api.Snapshot[]> {
    return this.#items(`${this.#projectPath(project)}/snapshots${queryText(query)}`);
  }

  snapshotDiff(project: string, a: string, b: string): Promise<api.SnapshotDiff> {
    return this.#json(`${this.#projectPath(project)}/snapshots/diff${queryText({ a, b })}`);
  }

  /** What the stored history looks like as a whole: worth a look before planning with it. */
  profile(project: string): Promise<api.StoredProfile> {
    return this.#json(`${this.#projectPath(project)}/profile`);
  }

  /** What the checks of the data contract come to on what is stored. */
  contract(project: string): Promise<api.StoredContract> {
    return this.#json(`${this.#projectPath(project)}/contract`);
  }

  /** What came when, newest first; `before` continues after a batch. */
  async batches(
    project: string,
    query: { before?: string; limit?: number } = {},
  ): Promise<readonly api.Batch[]> {
    return this.#items(`${this.#projectPath(project)}/batches${queryText(query)}`);
  }

  /** Takes back rows of a batch, a series, or a range of their periods. */
  withdraw(project: string, rows: api.WithdrawRequest): Promise<api.WithdrawnRows> {
    return this.#post(`${this.#projectPath(project)}/withdrawals`, rows);
  }

  async withdrawals(project: string): Promise<readonly api.Withdrawal[]> {
    return this.#items(`${this.#projectPath(project)}/withdrawals`);
  }

  /** Lets withdrawn rows count again. */
  undoWithdrawal(project: string, id: string): Promise<api.WithdrawnRows> {
    return this.#json(`${this.#projectPath(project)}/withdrawals/${encodeURIComponent(id)}`, {
      method: 'DELETE',
    });
  }

  async quarantine(
    project: string,
    query: { batch?: string; code?: string; limit?: number } = {},
  ): Promise<readonly api.QuarantinedRow[]> {
    return this.#items(`${this.#projectPath(project)}/quarantine${queryText(query)}`);
  }

  /** Sends quarantined rows of a batch again, mended or accepted. */
  repair(project: string, rows: api.RepairRequest): Promise<api.RepairResult> {
    return this.#post(`${this.#projectPath(project)}/quarantine/repairs`, rows);
  }

  /** How serving runs. @param query.minutes window of all figures but those of the objective; default 60 */
  kpis(query: { minutes?: number } = {}): Promise<api.Kpis> {
    return this.#json(`/v1/system/kpis${queryText(query)}`);
  }

  /** Streams of brokers that are read, and how far. */
  async streams(): Promise<readonly api.Stream[]> {
    return this.#items('/v1/streams');
  }

  /** Sources that are read by the clock, webhooks, and how far each is. */
  async sources(): Promise<readonly api.Source[]> {
    return this.#items('/v1/sources');
  }

  /** Reads a source now, as a job. @param options.again from the beginning: rows that are known are recognised */
  runSource(name: string, options: api.SourceRun = {}): Promise<{ jobId: string; created: boolean }> {
    return this.#post(`/v1/sources/${encodeURIComponent(name)}/run`, options);
  }

  /**
   * Delivers rows to a webhook, as another system does: what is sent again under its id lands once.
   * @param rows or a payload whose fields the configuration names
   */
  async deliver(
    webhook: string,
    rows: Rows | { readonly payload: object },
    options: DeliveryOptions,
  ): Promise<api.IngestResult> {
    const [type, body] =
      'payload' in rows ? ['application/json', JSON.stringify(rows.payload)] : textOf(rows);
    const headers = { 'content-type': type, ...(await deliveryHeaders(body, options)) };
    return await this.#json(`/v1/webhooks/${encodeURIComponent(webhook)}`, { method: 'POST', headers, body });
  }

  /** Lets a paused source be read again, with the columns that it has now. */
  resumeSource(name: string): Promise<api.Source> {
    return this.#post(`/v1/sources/${encodeURIComponent(name)}/resume`, {});
  }

  async projects(): Promise<readonly api.ProjectView[]> {
    return this.#items('/v1/projects');
  }

  project(name: string): Promise<api.ProjectView> {
    return this.#json(this.#projectPath(name));
  }

  /** Adds a project; it can be used at once. Its settings are those of a project in the configuration file. */
  addProject(name: string, settings: Readonly<Record<string, unknown>> = {}): Promise<api.ProjectView> {
    return this.#post('/v1/projects', { name, settings });
  }

  /**
   * Changes the settings that are named; null sets one back to its default.
   * @param options.version only while the project has this version
   */
  changeProject(
    name: string,
    settings: Readonly<Record<string, unknown>>,
    options: { version?: number } = {},
  ): Promise<api.ProjectView> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ settings, ...options });
    return this.#json(this.#projectPath(name), { method: 'PATCH', headers, body });
  }

  /**
   * Takes a project out of service, at once.
   * @param options.data `keep` (default) until it is restored or purged, or `purge` for good
   * @param options.jobs `refuse` (default) while jobs are under way, or `cancel` them
   */
  removeProject(
    name: string,
    options: { data?: 'keep' | 'purge'; jobs?: 'refuse' | 'cancel'; version?: number } = {},
  ): Promise<api.RemovedProject> {
    return this.#json(this.#projectPath(name) + queryText(options), { method: 'DELETE' });
  }

  /** Projects that were removed, and of which the data are kept. */
  async removedProjects(): Promise<readonly api.RemovedProject[]> {
    return this.#items('/v1/removed-projects');
  }

  /** Puts a removed project back, with its data. */
  restoreProject(name: string): Promise<api.ProjectView> {
    return this.#post(`/v1/removed-projects/${encodeURIComponent(name)}/restore`, {});
  }

  /** Deletes what is stored of a removed project, for good. */
  purgeProject(name: string): Promise<api.RemovedProject> {
    return this.#json(`/v1/removed-projects/${encodeURIComponent(name)}`, { method: 'DELETE' });
  }

  prediction(id: string): Promise<api.Prediction> {
    return this.#json(`/v1/predictions/${encodeURIComponent(id)}`);
  }

  why(predictionId: string): Promise<api.Lineage> {
    return this.#json(`/v1/predictions/${encodeURIComponent(predictionId)}/why`);
  }

  health(): Promise<api.Health> {
    return this.#json('/health');
  }

  /** Also when the server is not ready: `ready` says so. */
  async ready(): Promise<api.Ready> {
    const response = await this.#fetch(`${this.#baseUrl}/ready`);
    if (response.ok || response.status === 503) return (await response.json()) as api.Ready;
    throw await problemErrorOf(response);
  }

  #projectPath(project: string): string {
    return `/v1/projects/${encodeURIComponent(project)}`;
  }

  async #items<T>(path: string): Promise<readonly T[]> {
    return (await this.#json<api.Page<T>>(path)).items;
  }

  #post<T>(path: string, body: object, more: Readonly<Record<string, string>> = {}): Promise<T> {
    const headers = { 'content-type': 'application/json', ...more };
    return this.#json(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async #json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await (await this.#send(path, init)).json()) as T;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const response = await this.#fetch(this.#baseUrl + path, init);
    if (!response.ok) throw await problemErrorOf(response);
    return response;
  }
}

/** Without slashes at its end. */
function withoutSlash(url: string): string {
  let end = url.length;
  while (url[end - 1] === '/') end--;
  return url.slice(0, end);
}
