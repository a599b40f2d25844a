// What needs a person, from what the API says of each thing: one list, the worst first.

import type * as api from './api.ts';
import { formats } from './format.ts';
import { texts } from './texts.ts';

export interface Attention {
  readonly tone: 'bad' | 'warn';
  readonly project: string;
  readonly text: string;
  /** Below the project, or the server: where it is dealt with. */
  readonly page: 'data' | 'models' | 'jobs' | 'system';
  readonly search: Readonly<Record<string, string>>;
}

/** Of a project so many refused rows are looked through. */
export const refusedLookedAt = 1000;

export interface Seen {
  readonly health: api.Health | undefined;
  readonly projects: readonly api.ProjectView[];
  /** Newest first. */
  readonly jobs: readonly api.Job[];
  readonly sources: readonly api.Source[];
  /** Refused rows that are kept, by project; of very many the newest. */
  readonly refused: ReadonlyMap<string, readonly api.QuarantinedRow[]>;
}

export function attentionOf(seen: Seen): Attention[] {
  const items = [
    ...seen.projects.flatMap(ofProject),
    ...(seen.health?.contracts ?? []).flatMap(ofContract),
    ...seen.sources.flatMap(ofSource),
    ...failedJobs(seen.jobs),
    ...[...seen.refused].flatMap(([project, rows]) => ofQuarantine(project, rows)),
  ];
  return items.sort((a, b) => Number(a.tone === 'warn') - Number(b.tone === 'warn'));
}

function ofProject({ name, status }: api.ProjectView): Attention[] {
  const { degraded, loading } = status;
  if (degraded !== null)
    return [
      { tone: 'bad', project: name, text: texts.attention.degraded(degraded), page: 'models', search: {} },
    ];
  if (loading === null) return [];
  return [
    { tone: 'warn', project: name, text: texts.attention.loading(loading), page: 'models', search: {} },
  ];
}

function ofContract({ project, failing }: api.ContractState): Attention[] {
  return failing.map(({ id, severity, figure, unit, bound }) => ({
    tone: severity === 'error' ? 'bad' : 'warn',
    project,
    text: texts.attention.contract(id, `${formats.number(figure)} ${unit}`, bound),
    page: 'data',
    search: { part: 'contract' },
  }));
}

function ofSource({ name, project, state, reason }: api.Source): Attention[] {
  if (state !== 'paused' && state !== 'failing') return [];
  const say = state === 'paused' ? texts.attention.sourcePaused : texts.attention.sourceFailing;
  const tone = state === 'paused' ? 'bad' : 'warn';
  return [{ tone, project, text: say(name, reason ?? ''), page: 'data', search: { part: 'sources' } }];
}

/** The newest job of a project and pipeline counts: what failed and went well afterwards needs nobody. */
function failedJobs(jobs: readonly api.Job[]): Attention[] {
  const newest = new Map<string, api.Job>();
  for (const job of jobs) {
    const line = `${job.project} ${job.pipeline}`;
    if (job.state !== 'cancelled' && !newest.has(line)) newest.set(line, job);
  }
  return [...newest.values()]
    .filter(({ state }) => state === 'failed')
    .map(({ id, project, pipeline, error }) => ({
      tone: 'bad',
      project,
      text: texts.attention.job(pipeline, error ?? ''),
      page: 'jobs',
      search: { job: id },
    }));
}

function ofQuarantine(project: string, rows: readonly api.QuarantinedRow[]): Attention[] {
  const waiting = rows.filter(({ repairedBy }) => repairedBy === null);
  if (waiting.length === 0) return [];
  const batches = new Set(waiting.map(({ batchId }) => batchId));
  const count = `${formats.count(waiting.length)}${rows.length >= refusedLookedAt ? '+' : ''}`;
  const text = texts.attention.quarantine(count, formats.count(batches.size));
  return [{ tone: 'warn', project, text, page: 'data', search: { part: 'quarantine' } }];
}

/** Rows of a batch that were refused and that no later batch brought again; those that are kept no more are among them. */
export function waitingRows({ quarantined, repaired }: api.Batch): number {
  return Math.max(0, quarantined - repaired);
}
