// Question: do stock levels from sample paths give the service they promise, and what do they cost beside z·σ·√L?
// Trains once, then replays half a year (a year of months) of real demand: at each review the forecast is made again from what
// was known, both rules order up to their level, unmet demand waits. Both see the same demand and the same lead times. The
// textbook rule is shown at its own z, and with the z that gives it, in hindsight, the service that ours achieved. Besides
// service targets each case has one of costs, where both rules look for the cheapest stock at the prices they are charged.
// `--only NAME` runs the cases whose name contains it; `--save` writes bench/results/inventory.json.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import {
  addReplays,
  type ReplayResult,
  replay,
  replayFigures,
  type ServiceTarget,
  textbookSafetyStock,
} from '../src/forecasting/inventory/index.ts';
import { type InventoryCase, inventoryCases } from './inventory-cases.ts';
import { type Reviews, reviewAll } from './inventory-policies.ts';
import { machineNow } from './machine.ts';

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const shares = [0.9, 0.95, 0.98];
/** Of a unit's value: per year on the shelf, and per unit short. */
const holdingPerYear = 0.25;
const shortagePrice = 0.3;
const shortagePrices = [0.15, shortagePrice, 0.6];
/** Achieved service may be this far from the target; cost at most this share of the textbook's. */
const serviceWithin = 0.02;
const costMost = 0.9;

interface Row {
  readonly case: string;
  /** Share wanted; null = the cheapest, and what is achieved is its cycle service. */
  readonly target: number | null;
  readonly achieved: number;
  /** Ours over theirs, by price of a unit short. */
  readonly costRatio: Readonly<Record<string, { ownZ: number; hindsight: number }>>;
}

interface Figures {
  readonly cycleService: number;
  readonly fillRate: number;
  readonly stockMean: number;
  readonly cost: number;
}

if (!existsSync(join(folder, 'm5'))) {
  process.stderr.write(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m5/\n`);
  process.exitCode = 1;
} else await main();

async function main(): Promise<void> {
  const machine = machineNow();
  const rows: Row[] = [];
  for (const { name, read } of inventoryCases) {
    if (only !== undefined && !name.toLowerCase().includes(only.toLowerCase())) continue;
    const begin = performance.now();
    const one = read(folder);
    const targets = targetsOf(one);
    const reviews = await reviewAll(one, targets, Math.min(2, availableParallelism()));
    rows.push(...targets.map((target, i) => rowOf(one, reviews, { target, index: i })));
    say(`${one.name}: ${reviews.length} series, ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
  const result = {
    name: 'inventory',
    machine,
    versions: { node: process.versions.node },
    date: new Date().toISOString().slice(0, 10),
    prices: { holdingPerYear, shortage: shortagePrice, unit: 'of the value of a unit' },
    goals: goalsOf(rows),
    rows,
  };
  for (const [text, met] of Object.entries(result.goals)) say(`${met ? 'met' : 'MISSED'} ${text}`);
  if (process.argv.includes('--save') && only === undefined)
    await writeFile(
      new URL('results/inventory.json', import.meta.url),
      `${JSON.stringify(result, null, 2)}\n`,
    );
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

function targetsOf({ review, periodsPerYear }: InventoryCase): ServiceTarget[] {
  return [
    ...shares.map((level) => ({ kind: 'cycle' as const, level })),
    ...shares.map((level) => ({ kind: 'fill' as const, level })),
    // A unit left over is kept until the next review.
    { kind: 'costs', shortage: shortagePrice, leftover: (holdingPerYear * review) / periodsPerYear },
  ];
}

/** What each goal is about, and whether it is met. */
function goalsOf(rows: readonly Row[]): Record<string, boolean> {
  const goals: [string, boolean][] = rows.flatMap(({ case: name, target, achieved, costRatio }) => {
    const ratio = costRatio[String(shortagePrice)]?.ownZ ?? Number.NaN;
    const service: [string, boolean][] =
      target === null
        ? []
        : [
            [
              `${name}: service within ${100 * serviceWithin} points of it`,
              Math.abs(achieved - target) <= serviceWithin,
            ],
          ];
    return [...service, [`${name}: cost ≤ ${costMost} of the textbook's`, ratio <= costMost]];
  });
  return Object.fromEntries(goals);
}

function rowOf(
  one: InventoryCase,
  reviews: readonly Reviews[],
  of: { target: ServiceTarget; index: number },
): Row {
  const { target, index } = of;
  const ours = replayAll(
    one,
    reviews,
    (series, r) => ((reviews[series] as Reviews).levels[index] as Float64Array)[r] as number,
  );
  const textbookAt = (z: number): ReplayResult =>
    replayAll(one, reviews, (series, r) => {
      const { mean, deviation } = reviews[series] as Reviews;
      return (mean[r] as number) + z * (deviation[r] as number);
    });
  const nominal = replayAll(one, reviews, (series, r) => {
    const { mean, deviation } = reviews[series] as Reviews;
    return (mean[r] as number) + textbookSafetyOf(one, target, mean[r] as number, deviation[r] as number);
  });
  const measure = (result: ReplayResult): number =>
    target.kind === 'fill' ? replayFigures(result).fillRate : replayFigures(result).cycleService;
  const z = zFor(measure(ours), (factor) => measure(textbookAt(factor)));
  const hindsight = textbookAt(z);
  const row = {
    case: `${one.name}, ${nameOf(target)}`,
    target: target.kind === 'costs' ? null : target.level,
    promised: promised(reviews, index),
    aboveLevel: aboveLevel(one, reviews, index),
    achieved: measure(ours),
    ours: figuresOf(ours),
    textbook: { name: 'mean + z·σ·√L at its own z', achieved: measure(nominal), ...figuresOf(nominal) },
    textbookInHindsight: { name: 'mean + z·σ·√L at the service of ours', z, ...figuresOf(hindsight) },
    costRatio: Object.fromEntries(
      shortagePrices.map((price) => [
        String(price),
        {
          ownZ: costAt(ours, price) / costAt(nominal, price),
          hindsight: costAt(ours, price) / costAt(hindsight, price),
        },
      ]),
    ),
  };
  say(
    `${row.case}: achieved ${percent(row.achieved)}, textbook ${percent(row.textbook.achieved)}; cost ${shortagePrices
      .map(
        (price) =>
          `${(costAt(ours, price) / costAt(nominal, price)).toFixed(3)} of it (${(costAt(ours, price) / costAt(hindsight, price)).toFixed(3)} at equal service) with a unit short at ${price}`,
      )
      .join(
        ', ',
      )}; stock ${(row.ours.stockMean / row.textbookInHindsight.stockMean).toFixed(3)} at equal service`,
  );
  return row;
}

function nameOf(target: ServiceTarget): string {
  if (target.kind === 'costs') return 'cheapest';
  return `${target.kind === 'cycle' ? 'cycle service' : 'fill rate'} ${target.level}`;
}

function textbookSafetyOf(
  one: InventoryCase,
  target: ServiceTarget,
  mean: number,
  deviation: number,
): number {
  const cover =
    one.review + one.lead.reduce((sum, { periods, probability }) => sum + periods * probability, 0);
  return textbookSafetyStock(target, {
    deviation,
    periods: 1,
    periodsVariance: 0,
    meanPerPeriod: mean / cover,
    meanPerCycle: (mean / cover) * one.review,
  });
}

/** All series under one rule; prices are a year's holding per period and the middle shortage price. */
function replayAll(
  one: InventoryCase,
  reviews: readonly Reviews[],
  levelOf: (series: number, review: number) => number,
): ReplayResult {
  return addReplays(
    reviews.map(({ demand }, series) => {
      const price = one.prices[series] as number;
      return replay({
        demand,
        review: one.review,
        lead: one.lead,
        rules: { minimum: 0, pack: 1 },
        levelsAt: (at) => {
          const stock = Math.max(0, Math.ceil(levelOf(series, at / one.review) - 1e-9));
          return { reorderPoint: stock, orderUpTo: stock };
        },
        prices: { holding: (holdingPerYear / one.periodsPerYear) * price, shortage: shortagePrice * price },
        unmet: 'waits',
        seed: series + 1,
      });
    }),
  );
}

function costAt({ holdingCost, shortageCost }: ReplayResult, price: number): number {
  return holdingCost + (shortageCost * price) / shortagePrice;
}

/** The factor at which the textbook reaches a service, between −2 and 8. */
function zFor(goal: number, achieved: (z: number) => number): number {
  let low = -2;
  let high = 8;
  for (let step = 0; step < 14; step++) {
    const middle = (low + high) / 2;
    if (achieved(middle) < goal) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Mean share of paths served: what the levels promise, above a cycle target where a whole unit more is too much. */
function promised(reviews: readonly Reviews[], index: number): number {
  let sum = 0;
  let count = 0;
  for (const { served } of reviews) {
    for (const share of served[index] as Float64Array) {
      sum += share;
      count++;
    }
  }
  return sum / count;
}

/** Share of reviews that find more on the shelf and on order than the level of the day: no order takes that back. */
function aboveLevel({ review }: InventoryCase, reviews: readonly Reviews[], index: number): number {
  let above = 0;
  let count = 0;
  for (const { demand, levels } of reviews) {
    let position = Number.NEGATIVE_INFINITY;
    for (const [r, level] of (levels[index] as Float64Array).entries()) {
      if (position > level) above++;
      count++;
      const sold = demand.subarray(r * review, (r + 1) * review);
      position = sold.reduce(
        (left, value) => left - (Number.isFinite(value) ? value : 0),
        Math.max(position, level),
      );
    }
  }
  return above / count;
}

function figuresOf(result: ReplayResult): Figures {
  const { cycleService, fillRate, stockMean, cost } = replayFigures(result);
  return { cycleService, fillRate, stockMean, cost };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
