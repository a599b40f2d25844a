// Servers in turns, one at a time on all cores: started, warmed, asked at each number of connections, stopped; and again in every
// round, from another one on.

import { medianOf } from './machine.ts';
import { type Contestant, checkAnswers, type Question } from './serving-contestant.ts';
import { type ClosedLoop, closedLoop, openLoop } from './serving-load.ts';
import type { OpenLoop } from './serving-open-loop.ts';

export interface Plan {
  readonly rounds: number;
  /** Connections and how long they ask. */
  readonly loops: readonly { readonly connections: number; readonly seconds: number }[];
  readonly tailSeconds: number;
}

/** Medians over the rounds; requests and failures of all of them. */
export interface ClosedFigures {
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
  readonly failed: number;
  readonly rounds: number;
}

export interface OpenFigures extends OpenLoop {
  readonly requestsPerSecond: number;
  readonly rounds: number;
}

/** One server and what it was asked. */
export interface Row {
  readonly server: string;
  readonly kind: Contestant['kind'];
  readonly workers: number;
  readonly question: string;
  readonly bodyBytes: number;
  readonly closed: readonly ClosedFigures[];
  open?: OpenFigures;
}

type Say = (text: string) => void;
const warmUp = { connections: 16, seconds: 1 };

/** @throws when a server does not start or gives another answer than LightGBM */
export async function closedRounds(contestants: readonly Contestant[], plan: Plan, say: Say): Promise<Row[]> {
  const loops = new Map<string, ClosedLoop[]>();
  const place = (one: Contestant, question: Question, connections: number): ClosedLoop[] => {
    const key = [one.name, one.workers, question.name, connections].join('|');
    const found = loops.get(key) ?? [];
    loops.set(key, found);
    return found;
  };
  for (let round = 0; round < plan.rounds; round++) {
    const first = Math.floor((round * contestants.length) / plan.rounds);
    for (const one of [...contestants.slice(first), ...contestants.slice(0, first)]) {
      const running = await one.start();
      try {
        for (const question of one.questions) {
          const target = { url: running.url + question.path, bodiesFile: question.bodiesFile };
          if (round === 0) await checkAnswers(running.url, question);
          await closedLoop(target, warmUp);
          for (const loop of plan.loops)
            place(one, question, loop.connections).push(await closedLoop(target, loop));
        }
      } finally {
        await running.stop();
      }
      say(`round ${round + 1}, ${one.name} × ${one.workers}: ${summary(one, plan, place)}`);
    }
  }
  return contestants.flatMap((one) =>
    one.questions.map((question) => ({
      server: one.name,
      kind: one.kind,
      workers: one.workers,
      question: question.name,
      bodyBytes: Math.round(
        question.bodies.reduce((sum, body) => sum + body.length, 0) / question.bodies.length,
      ),
      closed: plan.loops.map(({ connections }) =>
        closedFigures(place(one, question, connections), connections),
      ),
    })),
  );
}

function summary(
  one: Contestant,
  plan: Plan,
  place: (one: Contestant, question: Question, connections: number) => ClosedLoop[],
): string {
  return one.questions
    .map((question) => {
      const rates = plan.loops.map(({ connections }) => {
        const last = place(one, question, connections).at(-1);
        return last === undefined ? '-' : (last.requests / last.seconds).toFixed(0);
      });
      return `${question.name} ${rates.join(' ')}/s`;
    })
    .join(', ');
}

function closedFigures(loops: readonly ClosedLoop[], connections: number): ClosedFigures {
  return {
    connections,
    requestsPerSecond: medianOf(loops.map(({ requests, seconds }) => requests / seconds)),
    p50Ms: medianOf(loops.map(({ p50Ms }) => p50Ms)),
    p99Ms: medianOf(loops.map(({ p99Ms }) => p99Ms)),
    requests: loops.reduce((sum, { requests }) => sum + requests, 0),
    failed: loops.reduce((sum, { failed }) => sum + failed, 0),
    rounds: loops.length,
  };
}

/** Puts into each row how long answers took when requests came at this rate, whatever the server did. */
export async function openRounds(
  rows: readonly { readonly row: Row; readonly contestant: Contestant }[],
  of: Plan & { readonly requestsPerSecond: number },
  say: Say,
): Promise<void> {
  const { rounds, tailSeconds: seconds, requestsPerSecond } = of;
  const loops = new Map<Row, OpenLoop[]>(rows.map(({ row }) => [row, []]));
  for (let round = 0; round < rounds; round++) {
    for (const contestant of new Set(rows.map((one) => one.contestant))) {
      const running = await contestant.start();
      try {
        for (const { row } of rows.filter((one) => one.contestant === contestant)) {
          const question = contestant.questions.find(({ name }) => name === row.question) as Question;
          const target = { url: running.url + question.path, bodiesFile: question.bodiesFile };
          await closedLoop(target, warmUp);
          const loop = await openLoop({ ...target, requestsPerSecond, seconds, seed: round + 1 });
          loops.get(row)?.push(loop);
          say(
            `${requestsPerSecond.toFixed(0)}/s, ${row.server} × ${row.workers}, ${row.question}: p99 ${loop.p99Ms.toFixed(2)} ms`,
          );
        }
      } finally {
        await running.stop();
      }
    }
  }
  for (const [row, found] of loops) row.open = { ...openFigures(found), requestsPerSecond, rounds };
}

function openFigures(loops: readonly OpenLoop[]): OpenLoop {
  const median = (name: keyof OpenLoop): number => medianOf(loops.map((loop) => loop[name]));
  const sum = (name: keyof OpenLoop): number => loops.reduce((total, loop) => total + loop[name], 0);
  return {
    sent: sum('sent'),
    failed: sum('failed'),
    p50Ms: median('p50Ms'),
    p99Ms: median('p99Ms'),
    p999Ms: median('p999Ms'),
    maxMs: Math.max(...loops.map(({ maxMs }) => maxMs)),
    lateP99Ms: median('lateP99Ms'),
  };
}
