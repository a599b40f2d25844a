// Almanac in `bench/serving.ts`: one data folder with a trained project and, beside it, LightGBM's trees as a registered ONNX file;
// and an empty Fastify that answers as many bytes to the same bodies.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandJson } from '../test/journey/command.ts';
import { peerPython } from './peers/environment.ts';
import {
  type Contestant,
  post,
  type Question,
  rowsQuestion,
  startAnswering,
  writeBodies,
} from './serving-contestant.ts';
import { forest, horizonSteps, type ServingData } from './serving-data.ts';
import { inferenceBody, rowLists } from './serving-peers.ts';
import { freePorts } from './serving-process.ts';

const program = fileURLToPath(new URL('../bin/almanac.ts', import.meta.url));
const emptyServer = fileURLToPath(new URL('serving-empty.ts', import.meta.url));

export interface OurSettings {
  readonly processes: number;
  /** Are forecasts held for the next request? */
  readonly cached: boolean;
}

export interface Ours {
  readonly folder: string;
  readonly forecasts: Question;
  /** LightGBM's trees asked by the bodies of MLServer and of MLflow. */
  readonly registered: readonly Question[];
}

/** Trains the project and registers the trees. Cost: a minute or two, most of it nine quantiles and the backtest. */
export async function prepareOurs(
  data: ServingData,
  scratch: string,
  say: (text: string) => void,
): Promise<Ours> {
  const folder = join(scratch, 'almanac');
  mkdirSync(folder, { recursive: true });
  writeConfig(folder, { processes: 1, cached: true });
  if (!existsSync(join(folder, '.almanac'))) {
    await commandJson(folder, 'ingest', data.projectFile);
    const begin = performance.now();
    await commandJson(folder, 'train');
    say(`ours trained in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
  const bodies = data.asks.map(({ series }) => JSON.stringify({ series: [series] }));
  const forecasts: Question = {
    name: 'forecast',
    path: '/v1/projects/m5/forecast',
    bodies,
    bodiesFile: writeBodies(scratch, 'forecast', bodies),
    check: (answer, i) => checkForecast(answer, data.asks[i]?.series as string),
  };
  return { folder, forecasts, registered: await registered(data, scratch, folder) };
}

async function registered(data: ServingData, scratch: string, folder: string): Promise<Question[]> {
  const file = join(scratch, 'forest.onnx');
  const script = fileURLToPath(new URL('peers/serving_onnx.py', import.meta.url));
  execFileSync(peerPython('onnx'), [script, data.modelFile, file], { stdio: ['ignore', 2, 2] });
  await commandJson(folder, 'models', 'register', file, '--name', 'forest', '--alias', 'champion');
  return [
    rowsQuestion(data, {
      name: 'V2',
      path: '/v2/models/forest/infer',
      folder: scratch,
      body: (ask) => inferenceBody(data, ask),
      forecastOf: ({ outputs }: { outputs: { data: number[] }[] }) => outputs[0]?.data,
    }),
    rowsQuestion(data, {
      name: 'invocations',
      path: '/invocations',
      folder: scratch,
      body: (ask) => ({ inputs: rowLists(data, ask) }),
      forecastOf: ({ predictions }: { predictions: unknown }) => predictions,
    }),
  ];
}

interface Answer {
  readonly forecasts: readonly {
    readonly series: string;
    readonly source: string;
    readonly steps: unknown[];
  }[];
}

function checkForecast(text: string, series: string): void {
  const [forecast] = (JSON.parse(text) as Answer).forecasts;
  if (forecast?.series === series && forecast.source === 'model' && forecast.steps.length === horizonSteps)
    return;
  throw new Error(`forecast of ${series}: ${text.slice(0, 300)}`);
}

export function ourContestants({ folder, forecasts, registered: models }: Ours): Contestant[] {
  return [1, 2].flatMap((processes): Contestant[] => [
    {
      name: 'Almanac',
      kind: 'ours',
      workers: processes,
      questions: [{ ...forecasts, name: 'forecast, held' }, ...models],
      start: () => startOurs(folder, { processes, cached: true }, [forecasts, ...models]),
    },
    {
      name: 'Almanac',
      kind: 'ours',
      workers: processes,
      questions: [{ ...forecasts, name: 'forecast, computed' }],
      start: () => startOurs(folder, { processes, cached: false }, [forecasts]),
    },
  ]);
}

/** @param nodeFlags such as `--cpu-prof` */
export async function startOurs(
  folder: string,
  settings: OurSettings,
  questions: readonly Question[],
  nodeFlags: readonly string[] = [],
): ReturnType<Contestant['start']> {
  writeConfig(folder, settings);
  const [port] = await freePorts(1);
  const args = [...nodeFlags, program, 'up', '--port', String(port), '--json'];
  const command = { program: process.execPath, args, folder };
  return await startAnswering(command, `http://127.0.0.1:${port}`, questions);
}

function writeConfig(folder: string, { processes, cached }: OurSettings): void {
  const { trees, leaves, learningRate, rowsPerLeafMin } = forest;
  const config = {
    processes,
    limits: cached ? {} : { forecastCacheMegabytes: 0 },
    // Who answers /invocations.
    inference: { defaultModel: 'forest' },
    projects: {
      m5: {
        frequency: 'day',
        horizonSteps,
        seasons: [7],
        models: ['gbdt'],
        gbdt: { trees, leaves, learningRate, rowsPerLeafMin },
        levels: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
        retrainEveryPeriods: 0,
        columns: {
          series: 'series_id',
          time: 'timestamp',
          target: 'y',
          known: ['event', 'event_type', 'snap', 'price', 'items'],
          categories: ['event', 'event_type'],
          static: ['state', 'store', 'category', 'dept'],
        },
      },
    },
  };
  writeFileSync(join(folder, 'almanac.config.ts'), `export default ${JSON.stringify(config, null, 2)};\n`);
}

/** An empty Fastify for each of the questions: same bodies, answers of the same size. */
export async function emptyContestants(ours: Ours, scratch: string): Promise<Contestant[]> {
  const running = await startOurs(ours.folder, { processes: 1, cached: true }, [ours.forecasts]);
  const routes: { path: string; answerBytes: number }[] = [];
  const questions = [{ ...ours.forecasts, name: 'forecast' }, ...ours.registered];
  try {
    for (const question of questions) {
      const answer = (await post(running.url, question, 0)) ?? '';
      routes.push({ path: question.path, answerBytes: Buffer.byteLength(answer) });
    }
  } finally {
    await running.stop();
  }
  return [
    {
      name: 'empty Fastify',
      kind: 'empty',
      workers: 1,
      questions: questions.map((question) => ({ ...question, check: () => {} })),
      async start() {
        const folder = join(scratch, 'empty');
        mkdirSync(folder, { recursive: true });
        const [port] = await freePorts(1);
        const args = [emptyServer, JSON.stringify({ port, routes })];
        const command = { program: process.execPath, args, folder };
        return await startAnswering(command, `http://127.0.0.1:${port}`, questions);
      },
    },
  ];
}
