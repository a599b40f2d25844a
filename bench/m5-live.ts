// M5 store × department, live: history into a real server process, forecasts of 70 series × 28 days over HTTP, then the
// 28 days of real demand. WRMSSE of levels 1 to 9, bottom-up, beside the naive figures of the same window.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../test/journey/server-process.ts';
import { lastTrainDay, type M5, readM5, testDays, wrmsse } from './m5-wrmsse.ts';

const config = `export default {
  projects: {
    m5: {
      frequency: 'day', horizonSteps: ${testDays}, seasons: [7],
      columns: { series: 'series_id', time: 'timestamp', target: 'y' },
      contract: { stalePeriodsMax: 0 },
    },
  },
};
`;

export interface M5Live {
  readonly levels: number[];
  readonly wrmsse: number;
  readonly seasonalNaive: number;
  readonly weekdayMean: number;
  readonly labelCoverage: number;
  readonly labelsJoined: number;
  readonly byHorizon: { horizon: number; wape: number | null; labelCoverage: number | null }[];
  readonly ingestRows: number;
  readonly trainSeconds: number;
  readonly forecastMs: number;
}

export async function m5Live(dataFolder: string): Promise<M5Live> {
  const m5 = await readM5(join(dataFolder, 'm5'));
  const folder = await mkdtemp(join(tmpdir(), 'almanac-m5-'));
  await writeFile(join(folder, 'almanac.config.ts'), config);
  const server = await startServer(folder);
  try {
    const api = `${server.url}/v1/projects/m5`;
    const ingestRows = await post(`${api}/observations`, csvOf(m5, 1, lastTrainDay), 'text/csv').then(
      (answer) => answer.accepted as number,
    );
    const began = performance.now();
    const { jobId } = await post(`${api}/train`, '{}');
    await waitForJob(`${server.url}/v1/jobs/${jobId}`);
    const trainSeconds = (performance.now() - began) / 1000;
    const asked = performance.now();
    const answer = await post(`${api}/forecast`, JSON.stringify({ series: m5.ids, horizon: testDays }));
    const forecastMs = performance.now() - asked;
    const forecasts = new Map(
      (answer.forecasts as { series: string; steps: { mean: number }[] }[]).map((one) => [
        one.series,
        one.steps.map((step) => step.mean),
      ]),
    );
    await post(`${api}/observations`, csvOf(m5, lastTrainDay + 1, lastTrainDay + testDays), 'text/csv');
    const accuracy = (await (await fetch(`${api}/accuracy`)).json()) as {
      overall: { labelCoverage: number; labelsJoined: number };
      byHorizon: { horizon: number; labelCoverage: number | null; metrics: { wape: number | null } }[];
    };
    const score = wrmsse(m5, forecasts);
    return {
      levels: score.levels,
      wrmsse: score.mean,
      seasonalNaive: wrmsse(m5, naive(m5, 1)).mean,
      weekdayMean: wrmsse(m5, naive(m5, 8)).mean,
      labelCoverage: accuracy.overall.labelCoverage,
      labelsJoined: accuracy.overall.labelsJoined,
      byHorizon: accuracy.byHorizon.map(({ horizon, labelCoverage, metrics }) => ({
        horizon,
        wape: metrics.wape,
        labelCoverage,
      })),
      ingestRows,
      trainSeconds,
      forecastMs,
    };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Mean of the same weekday over the last `weeks`; one week is the seasonal naive forecast. */
function naive(m5: M5, weeks: number): Map<string, number[]> {
  const forecast = (id: string): number[] =>
    Array.from({ length: testDays }, (_, lead) => {
      let sum = 0;
      for (let week = 1; week <= weeks; week++)
        sum += m5.units.get(id)![lastTrainDay - 7 * week + (lead % 7)]!;
      return sum / weeks;
    });
  return new Map(m5.ids.map((id) => [id, forecast(id)]));
}

function csvOf(m5: M5, from: number, to: number): string {
  const lines = ['series_id,timestamp,y'];
  for (const id of m5.ids) {
    const units = m5.units.get(id)!;
    for (let day = from; day <= to; day++) {
      const value = units[day - 1]!;
      if (!Number.isNaN(value)) lines.push(`${id},${m5.dates[day - 1]},${value}`);
    }
  }
  return lines.join('\n');
}

async function post(url: string, body: string, type = 'application/json'): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${url}: ${JSON.stringify(answer)}`);
  return answer;
}

async function waitForJob(url: string): Promise<void> {
  for (;;) {
    const job = (await (await fetch(url)).json()) as { state: string; error: string | null };
    if (job.state === 'done') return;
    if (job.state !== 'queued' && job.state !== 'running')
      throw new Error(`training ${job.state}: ${job.error}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
