// What a run of `bench/serving.ts` says, and whether the goals were met.

import type { Machine } from './machine.ts';
import type { forest } from './serving-data.ts';
import type { Profile } from './serving-profile.ts';
import type { ClosedFigures, Plan, Row } from './serving-rounds.ts';

export interface ServingReport {
  readonly name: 'serving';
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string;
  readonly commit: string;
  readonly quick: boolean;
  readonly plan: Plan;
  readonly columns: number;
  readonly forest: typeof forest;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
  readonly profiles: readonly Profile[];
}

export interface Goal {
  readonly text: string;
  readonly value: number;
  readonly bound: string;
  readonly met: boolean;
}

const timesPeer = 10;
const tailOfPeer = 1 / 5;
const shareOfEmpty = 0.7;

export function closedOf(row: Row, connections: number): ClosedFigures | undefined {
  return row.closed.find((figures) => figures.connections === connections);
}

/** The peer that answers most requests a second. */
export function bestPeer(rows: readonly Row[], connections: number): Row | undefined {
  return mostOf(
    rows.filter(({ kind }) => kind === 'peer'),
    connections,
  );
}

function mostOf(rows: readonly Row[], connections: number): Row | undefined {
  const rate = (row: Row): number => closedOf(row, connections)?.requestsPerSecond ?? 0;
  return rows.reduce<Row | undefined>(
    (best, row) => (best === undefined || rate(row) > rate(best) ? row : best),
    undefined,
  );
}

/**
 * Of each of our questions: our better number of processes beside the best peer at every number of connections, tails at the same
 * rate, and one process beside an empty Fastify. Empty where nothing was compared.
 */
export function goalsOf(rows: readonly Row[]): Goal[] {
  const ours = rows.filter(({ kind }) => kind === 'ours');
  return [...new Set(ours.map(({ question }) => question))].flatMap((question) => {
    const own = ours.filter((row) => row.question === question);
    const connections = own[0]?.closed.map((figures) => figures.connections) ?? [];
    return [
      ...connections.flatMap((count) => rateGoal(own, rows, count)),
      ...tailGoal(own, rows),
      ...connections.filter((count) => count > 1).flatMap((count) => emptyGoal(own, rows, count)),
    ];
  });
}

function rateGoal(own: readonly Row[], rows: readonly Row[], connections: number): Goal[] {
  const [ours, peer] = [mostOf(own, connections), bestPeer(rows, connections)].map(
    (row) => row && closedOf(row, connections)?.requestsPerSecond,
  );
  if (ours === undefined || peer === undefined) return [];
  return [
    {
      text: `${own[0]?.question}, ${connections} connection${connections === 1 ? '' : 's'}: requests/s ÷ best Python server`,
      value: ours / peer,
      bound: `≥ ${timesPeer}`,
      met: ours / peer >= timesPeer,
    },
  ];
}

function tailGoal(own: readonly Row[], rows: readonly Row[]): Goal[] {
  const ours = own.find(({ open }) => open !== undefined)?.open;
  const peer = rows.find(({ kind, open }) => kind === 'peer' && open !== undefined)?.open;
  if (ours === undefined || peer === undefined) return [];
  const value = ours.p99Ms / peer.p99Ms;
  return [
    {
      text: `${own[0]?.question}, ${ours.requestsPerSecond.toFixed(0)} requests/s come: p99 ÷ that of the best Python server`,
      value,
      bound: `≤ ${tailOfPeer}`,
      met: value <= tailOfPeer,
    },
  ];
}

function emptyGoal(own: readonly Row[], rows: readonly Row[], connections: number): Goal[] {
  const one = own.find(({ workers }) => workers === 1);
  const question = one?.question.replace(/, .*/, '');
  const empty = rows.find((row) => row.kind === 'empty' && row.question === question);
  const [ours, most] = [one, empty].map((row) => row && closedOf(row, connections)?.requestsPerSecond);
  if (ours === undefined || most === undefined) return [];
  return [
    {
      text: `${one?.question}, one process, ${connections} connections: requests/s ÷ empty Fastify`,
      value: ours / most,
      bound: `≥ ${shareOfEmpty}`,
      met: ours / most >= shareOfEmpty,
    },
  ];
}
