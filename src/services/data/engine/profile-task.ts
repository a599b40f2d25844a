// The worker's half of the profile of what is stored: see `stored-profile.ts`.

import type { Transferable } from 'node:worker_threads';
import { lookAlikes, type ObservationStatus, type Project } from '../../../core/index.ts';
import type { DataProfile } from '../profile/data-profile.ts';
import { ProfileBuilder } from '../profile/profile-builder.ts';
import { SeriesReport, type SeriesSummary } from '../rows/series-report.ts';
import type { TaskContext } from './engine.ts';
import { latestWords, type StoredRows } from './stored-words.ts';

const lookAlikesMax = 20;

export interface StoredProfileInput {
  readonly stored: StoredRows;
  readonly project: Project;
  /** UTC milliseconds. */
  readonly now: number;
}

export interface StoredProfileOutput {
  /** Series and periods with a row. */
  readonly rows: number;
  readonly profile: DataProfile;
  readonly histories: SeriesSummary;
}

export async function storedProfileTask(
  { stored, project, now }: StoredProfileInput,
  context: TaskContext,
): Promise<{ output: StoredProfileOutput; transfer: Transferable[] }> {
  const { engine } = context;
  const rows = await latestWords(context, stored);
  const [newest] = await engine.row('SELECT max(period) FROM latest');
  const ids: string[] = [];
  const profile = new ProfileBuilder({ project, now, newest: Number(newest ?? 0) });
  const report = new SeriesReport(project, now, (series) => {
    ids.push(series.id);
    profile.add(series);
  });
  let done = 0;
  const sorted = engine.chunks(
    'SELECT series_id, period, v, st FROM latest ORDER BY series_id, period',
    rows,
  );
  for await (const chunk of sorted) {
    const [id, period, value, status] = [0, 1, 2, 3].map((column) => chunk.getColumnVector(column));
    for (let i = 0; i < chunk.rowCount; i++)
      report.add(
        id?.getItem(i) as string,
        period?.getItem(i) as number,
        (value?.getItem(i) as number | null) ?? Number.NaN,
        status?.getItem(i) as ObservationStatus,
      );
    done += chunk.rowCount;
    context.progress({ fraction: done / rows, message: `${done} rows read` });
  }
  const histories = report.end();
  const alike = lookAlikes(ids);
  const output = {
    rows,
    histories,
    profile: profile.end({
      lookAlikes: { groups: alike.slice(0, lookAlikesMax), count: alike.length },
      lastInstants: null,
    }),
  };
  return { output, transfer: [] };
}
