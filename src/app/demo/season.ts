// The season: history in, first training, then day after day of forecasts, sales, labels and retrainings, over real HTTP
// against a server in this process whose clock is moved by hand.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ManualClock, seriesIdOf } from '../../core/index.ts';
import { dayLabel, weekdayOf } from './calendar.ts';
import { callUntil } from './callers.ts';
import { demoConfig } from './demo-config.ts';
import { asPlanned, asSent, type SentBatch, sendRows, spoiltRows, toCsv } from './dirt.ts';
import { buildWarehouse, type Warehouse } from './generator.ts';
import { historyOf, usualDirtShare } from './history.ts';
import { Pace } from './pace.ts';
import { missingPredictions } from './read-back.ts';
import type { SeasonEvent, SeasonScript } from './script.ts';
import { projectName, SeasonApi } from './season-api.ts';
import type { SeasonNews, SeasonPlatform, SeasonServer, SeasonSummary, Tally } from './season-types.ts';
import { stockText } from './stock.ts';

export interface SeasonOptions {
  readonly script: SeasonScript;
  readonly seed: number;
  /** An empty folder for the server's data. */
  readonly folder: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly platform: SeasonPlatform;
  /** A day takes at least so long, for people to look at, who may stop it; 0 = as fast as it goes, whoever looks. */
  readonly dayMs: number;
  readonly onNews: (news: SeasonNews) => void;
  readonly signal: AbortSignal;
}

/** The season, run; the server is still up. */
export interface SeasonRun {
  readonly summary: SeasonSummary;
  readonly server: SeasonServer;
}

const dayLengthMs = 86_400_000;
/** Prices and offers are known for longer than anybody forecasts, and told anew each week. */
const planDaysAhead = 28;
const planEveryDays = 7;
/** The trigger looks after every batch; longer than this means that it will not come. */
const triggerWaitMs = 5000;
const pollMs = 50;

/** Runs the whole season. The server is closed when it fails or is interrupted. */
export async function runSeason(options: SeasonOptions): Promise<SeasonRun> {
  const { platform, script, folder, port } = options;
  const warehouse = buildWarehouse(script, options.seed);
  const clock = new ManualClock(morningOf(warehouse.seasonStart));
  const begin = platform.elapsedMs();
  const config = demoConfig({ folder, port, script, seed: options.seed });
  const pace = options.dayMs > 0 ? new Pace({ ...options, ...platform }) : undefined;
  const server = await platform.startServer(
    config,
    clock,
    pace && {
      state: () => pace.state(),
      act: (action) => pace.act(action),
      stock: () => stockText(warehouse, warehouse.seasonStart + pace.day - 1, options.seed),
    },
  );
  try {
    const onNews = (news: SeasonNews): void => {
      pace?.take(news);
      options.onNews(news);
    };
    const season = new Season({ ...options, onNews }, { warehouse, clock, server, pace });
    const summary = await season.live();
    const seconds = Math.round((platform.elapsedMs() - begin) / 10) / 100;
    return { summary: { ...summary, seconds }, server };
  } catch (error) {
    await server.close();
    throw error;
  }
}

class Season {
  readonly #options: SeasonOptions;
  readonly #warehouse: Warehouse;
  readonly #clock: ManualClock;
  readonly #server: SeasonServer;
  readonly #pace: Pace | undefined;
  readonly #api: SeasonApi;
  readonly #tally: Tally = {
    days: 0,
    observationsAccepted: 0,
    observationsQuarantined: 0,
    observationsDuplicate: 0,
    observationsRestated: 0,
    spoiltPlanted: 0,
    duplicatesPlanted: 0,
    requests: 0,
    failedRequests: 0,
    backgroundRequests: 0,
    predictionIds: [],
    retrains: 0,
    swaps: 0,
  };
  /** Units forecast for the coming day, over all series. */
  #expected: number | null = null;
  #version = 0;
  /** Series that the server answered for last. */
  #known: readonly string[] = [];
  #trainedThrough: number;

  constructor(
    options: SeasonOptions,
    parts: { warehouse: Warehouse; clock: ManualClock; server: SeasonServer; pace: Pace | undefined },
  ) {
    this.#options = options;
    this.#warehouse = parts.warehouse;
    this.#clock = parts.clock;
    this.#server = parts.server;
    this.#pace = parts.pace;
    this.#trainedThrough = parts.warehouse.seasonStart - 1;
    const { fetch } = options.platform;
    this.#api = new SeasonApi({ url: parts.server.url, fetch, tally: this.#tally });
  }

  async live(): Promise<Omit<SeasonSummary, 'seconds'>> {
    const { script, seed, onNews } = this.#options;
    onNews({
      kind: 'opened',
      url: this.#server.url,
      series: this.#warehouse.series.length,
      seed,
      canPause: this.#pace !== undefined,
    });
    await this.#ingestHistory();
    await this.#plan(this.#warehouse.seasonStart - 1, planDaysAhead + planEveryDays);
    await this.#train(0, 'the first training', await this.#api.train());
    await this.#forecastDay(0);
    for (let day = 1; day <= script.seasonDays; day++) {
      await this.#pace?.nextDay();
      this.#options.signal.throwIfAborted();
      await this.#liveDay(day);
      this.#pace?.dayIsLived();
    }
    return await this.#summary();
  }

  async #ingestHistory(): Promise<void> {
    const { script, seed, folder, onNews, platform } = this.#options;
    const { rows, spoilt, duplicates: doubled } = historyOf(this.#warehouse, seed);
    this.#tally.spoiltPlanted += spoilt;
    this.#tally.duplicatesPlanted += doubled;
    const path = join(folder, 'history.csv');
    await writeFile(path, toCsv(rows));
    const begin = platform.elapsedMs();
    const { accepted, quarantined, duplicates } = await this.#server.ingestFile(projectName, path);
    this.#tally.observationsAccepted += accepted;
    this.#tally.observationsQuarantined += quarantined;
    this.#tally.observationsDuplicate += duplicates;
    const ms = platform.elapsedMs() - begin;
    onNews({ kind: 'history', days: script.historyDays, accepted, quarantined, duplicates, ms });
  }

  /** Morning of season day `day`: yesterday's sales come in, labels join, the day is forecast. */
  async #liveDay(day: number): Promise<void> {
    const { onNews, script } = this.#options;
    const yesterday = this.#warehouse.seasonStart + day - 1;
    this.#clock.moveTo(morningOf(yesterday + 1));
    for (const event of script.events)
      if (event.day === day - 1) onNews({ kind: 'event', day: day - 1, event });
    const sold = await this.#sendDay(yesterday, day - 1);
    onNews({ kind: 'day', day: day - 1, period: yesterday, sold, expected: this.#expected });
    this.#tally.days += 1;
    await this.#forecastDay(day);
    if (day < script.seasonDays && yesterday - this.#trainedThrough >= script.retrainEveryDays)
      await this.#retrain(day, yesterday);
    if (weekdayOf(yesterday) === 0) await this.#tellWeek(yesterday);
  }

  /** Sends one day's rows, dirt included, and what the script adds; returns the units sold. */
  async #sendDay(period: number, day: number): Promise<number> {
    const { seed, script } = this.#options;
    const today = script.events.filter((event) => event.day === day);
    const rows = this.#warehouse.rowsOn(period);
    const batch = this.#planted(sendRows(rows, { seed, day: period, usualShare: usualDirtShare }));
    const key = `sales-${dayLabel(period)}`;
    const how = { feed: 'tills', closedThrough: dayLabel(period) };
    await this.#send(batch, key, { day, ...how });
    if (day % planEveryDays === 0) await this.#plan(period, planDaysAhead + planEveryDays);
    for (const event of today) {
      if (event.kind === 'repeated-batch') await this.#api.observe(batch.rows, key, how);
      if (event.kind === 'dirty-batch') {
        const spoilt = spoiltRows(rows, { seed, day: period, count: event.rows });
        const bad = this.#planted({ rows: spoilt, spoilt: spoilt.length, duplicates: 0 });
        await this.#send(bad, `${event.feed}-${dayLabel(period)}`, { day, feed: event.feed });
      }
      if (event.kind === 'override') await this.#override(event, period);
      if (event.kind === 'correction') await this.#correct(event, period);
    }
    return rows.reduce((sum, row) => sum + row.units, 0);
  }

  async #send(
    { rows }: Pick<SentBatch, 'rows'>,
    key: string,
    { day, ...how }: { day: number; feed: string; closedThrough?: string },
  ): Promise<void> {
    const answer = await this.#api.observe(rows, key, how);
    if (answer.quarantined > 0)
      this.#options.onNews({ kind: 'quarantined', day, byCode: answer.quarantinedByCode });
  }

  /** Tells the prices and offers of the days after `today`, of what is on sale by then. */
  async #plan(today: number, days: number): Promise<void> {
    const known = new Set(this.#warehouse.rowsOn(today).map(({ site, item }) => `${site} ${item}`));
    const ahead = Array.from({ length: days }, (_, i) => this.#warehouse.rowsOn(today + 1 + i)).flat();
    const planned = ahead.filter(({ site, item }) => known.has(`${site} ${item}`)).map(asPlanned);
    await this.#api.plan(planned, `prices-${dayLabel(today)}`);
  }

  async #override(event: Extract<SeasonEvent, { kind: 'override' }>, period: number): Promise<void> {
    const { site, item, days, percent, reason } = event;
    const ahead = Array.from({ length: days }, (_, i) => dayLabel(period + 1 + i));
    await this.#api.override(seriesIdOf([site, item]), ahead, { percent, reason });
  }

  /** An earlier day is sent again, with other values. */
  async #correct(event: Extract<SeasonEvent, { kind: 'correction' }>, period: number): Promise<void> {
    const { daysBack, factor } = event;
    const rows = this.#warehouse.rowsOn(period - daysBack).map((row) => asSent(row));
    const corrected = rows.map((row) => ({ ...row, units: Math.round(Number(row.units) * factor) }));
    const key = `sales-${dayLabel(period)}-correction`;
    this.#tally.observationsRestated += (await this.#api.observe(corrected, key, { feed: 'tills' })).accepted;
  }

  async #forecastDay(day: number): Promise<void> {
    const answer = await this.#api.forecast();
    const cutoff = dayLabel(this.#warehouse.seasonStart + day - 1);
    // A forecast from old data would look fine and be wrong: better to stop.
    if (answer.cutoffAt !== cutoff)
      throw new Error(`the forecast of ${cutoff} was made from data up to ${answer.cutoffAt}`);
    this.#version = answer.model.version;
    this.#known = answer.forecasts.map((forecast) => forecast.series);
    this.#expected = answer.forecasts.reduce((sum, forecast) => sum + (forecast.steps[0]?.mean ?? 0), 0);
  }

  /** Waits for the training that the server starts by itself when enough has come in. */
  async #retrain(day: number, yesterday: number): Promise<void> {
    const { platform } = this.#options;
    const deadline = platform.elapsedMs() + triggerWaitMs;
    const known = 1 + this.#tally.retrains;
    let jobId: string | undefined;
    while (jobId === undefined && platform.elapsedMs() < deadline) {
      const trainings = await this.#api.trainings();
      if (trainings.length > known) jobId = trainings[0]?.id;
      else await platform.sleep(pollMs);
    }
    if (jobId === undefined) throw new Error('the server did not start the retraining that was due');
    this.#trainedThrough = yesterday;
    const reason = `${this.#options.script.retrainEveryDays} new days since the champion was trained`;
    await this.#train(day, reason, jobId);
    this.#tally.retrains += 1;
    // Once more with whatever serves now, from the same data.
    await this.#forecastDay(day);
  }

  /** Waits for a training and, when it is promoted, for its swap, asking for forecasts all the while. */
  async #train(day: number, reason: string, jobId: string): Promise<void> {
    const { onNews, platform, signal } = this.#options;
    onNews({ kind: 'training-started', day, reason });
    const before = this.#version;
    const begin = platform.elapsedMs();
    let done = false;
    // Nothing can be forecast before the first version but by the baseline, so the load starts with the second.
    const load = before === 0 ? Promise.resolve(0) : this.#callMeanwhile(() => done);
    try {
      let job = await this.#api.job(jobId);
      while (job.state === 'queued' || job.state === 'running') {
        onNews({ kind: 'training-progress', ...job.progress });
        await platform.sleep(pollMs);
        signal.throwIfAborted();
        job = await this.#api.job(jobId);
      }
      if (job.state !== 'done') throw new Error(`training ${jobId} is ${job.state}: ${job.error ?? ''}`);
      const promotion = promotionOf(job.results);
      if (promotion.promoted) await this.#waitForSwap(before);
      done = true;
      const servedMeanwhile = await load;
      const ms = platform.elapsedMs() - begin;
      onNews({ kind: 'trained', day, version: this.#version, ...promotion, ms, servedMeanwhile });
    } finally {
      done = true;
      await load;
    }
  }

  #callMeanwhile(isDone: () => boolean): Promise<number> {
    const { sleep } = this.#options.platform;
    return callUntil(isDone, { api: this.#api, series: this.#known, tally: this.#tally, sleep });
  }

  async #waitForSwap(before: number): Promise<void> {
    const { platform } = this.#options;
    const deadline = platform.elapsedMs() + triggerWaitMs;
    while (platform.elapsedMs() < deadline) {
      this.#version = await this.#api.servingVersion();
      if (this.#version !== before) {
        this.#tally.swaps += before === 0 ? 0 : 1;
        return;
      }
      await platform.sleep(pollMs);
    }
    throw new Error('the promoted version does not serve');
  }

  async #tellWeek(sunday: number): Promise<void> {
    const { onNews } = this.#options;
    const week = Math.ceil((sunday - this.#warehouse.seasonStart + 1) / 7);
    const window = { fromPeriod: Math.max(this.#warehouse.seasonStart, sunday - 6), toPeriod: sunday };
    const { fromPeriod, toPeriod } = window;
    const accuracy = await this.#api.accuracy({ from: dayLabel(fromPeriod), to: dayLabel(toPeriod) });
    onNews({ kind: 'week', week, ...window, accuracy });
  }

  async #summary(): Promise<Omit<SeasonSummary, 'seconds'>> {
    const { onNews, seed } = this.#options;
    const tally = this.#tally;
    onNews({ kind: 'reading-back', predictions: tally.predictionIds.length });
    const predictionsLost = await missingPredictions(this.#api, tally.predictionIds);
    const accuracy = await this.#api.accuracy();
    const stored = await this.#server.storedRows(projectName);
    return {
      days: tally.days,
      series: this.#warehouse.series.length,
      observations: tally.observationsAccepted,
      // A correction replaces what was known of its day, so it adds no row to the history.
      observationsLost: tally.observationsAccepted - tally.observationsRestated - stored,
      quarantined: tally.observationsQuarantined,
      spoiltSent: tally.spoiltPlanted,
      forecastsServed: tally.predictionIds.length,
      requests: tally.requests,
      backgroundRequests: tally.backgroundRequests,
      failedRequests: tally.failedRequests,
      predictionsLost,
      actualsJoined: accuracy.labelsJoined,
      labelCoverage: accuracy.labelCoverage,
      retrains: tally.retrains,
      swaps: tally.swaps,
      wape: { champion: rounded(accuracy.wape), seasonalNaive: rounded(accuracy.naiveWape) },
      coverage80: rounded(accuracy.inside80),
      seed,
    };
  }

  #planted(batch: SentBatch): SentBatch {
    this.#tally.spoiltPlanted += batch.spoilt;
    this.#tally.duplicatesPlanted += batch.duplicates;
    return batch;
  }
}

/** Six in the morning, when yesterday's sales are known. */
function morningOf(period: number): number {
  return period * dayLengthMs + dayLengthMs / 4;
}

/** What the job's gate and promote steps say. */
function promotionOf(results: Readonly<Record<string, unknown>>): { promoted: boolean; gate: string | null } {
  const promote = results.promote as { promoted?: boolean } | null | undefined;
  const gate = results.gate as { reason?: string } | null | undefined;
  return { promoted: promote?.promoted ?? true, gate: gate?.reason ?? null };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10_000) / 10_000;
}
