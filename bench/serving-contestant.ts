// What `bench/serving.ts` compares: a server, and one or more things it is asked.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ask, horizonSteps, type ServingData } from './serving-data.ts';
import { type ServerCommand, ServerProcess } from './serving-process.ts';

/** One kind of request. */
export interface Question {
  readonly name: string;
  readonly path: string;
  readonly bodies: readonly string[];
  readonly bodiesFile: string;
  /** @throws when this is not the answer to body `i` */
  readonly check: (answer: string, i: number) => void;
}

export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

export interface Contestant {
  readonly name: string;
  readonly kind: 'peer' | 'ours' | 'empty';
  /** Processes that answer. */
  readonly workers: number;
  readonly questions: readonly Question[];
  start(): Promise<Running>;
}

/** A question about the rows of each series; what LightGBM says to them is the answer, to four digits. */
export function rowsQuestion(
  data: ServingData,
  of: {
    readonly name: string;
    readonly path: string;
    readonly folder: string;
    body(ask: Ask): unknown;
    forecastOf(answer: never): unknown;
  },
): Question {
  const bodies = data.asks.map((ask) => JSON.stringify(of.body(ask)));
  return {
    name: of.name,
    path: of.path,
    bodies,
    bodiesFile: writeBodies(of.folder, of.name, bodies),
    check(answer, i) {
      const forecast = [of.forecastOf(JSON.parse(answer) as never)].flat(3) as number[];
      const { expected, series } = data.asks[i] as Ask;
      const close = expected.every((value, k) => Math.abs(value - (forecast[k] as number)) < 1e-4);
      if (forecast.length === horizonSteps && close) return;
      throw new Error(`${of.name}, ${series}: ${forecast.slice(0, 5)}… where LightGBM says ${expected}`);
    },
  };
}

/** A file with one body a line. */
export function writeBodies(folder: string, name: string, bodies: readonly string[]): string {
  const path = join(folder, `${name.replaceAll(/\W+/g, '-')}.bodies`);
  writeFileSync(path, `${bodies.join('\n')}\n`);
  return path;
}

/** Starts a server and resolves when it answers its first question. */
export async function startAnswering(
  command: ServerCommand,
  url: string,
  questions: readonly Question[],
): Promise<Running> {
  const server = new ServerProcess(command);
  try {
    for (const question of questions)
      await server.ready(async () => (await post(url, question, 0)) !== undefined);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, stop: () => server.stop() };
}

/** Every body once, answers checked. */
export async function checkAnswers(url: string, question: Question): Promise<void> {
  for (const i of question.bodies.keys()) {
    const answer = await post(url, question, i);
    if (answer === undefined) throw new Error(`${question.name}: no answer to body ${i}`);
    question.check(answer, i);
  }
}

/** The text of a good answer. */
export async function post(url: string, question: Question, i: number): Promise<string | undefined> {
  const response = await fetch(url + question.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: question.bodies[i] as string,
  });
  const text = await response.text();
  return response.ok ? text : undefined;
}
