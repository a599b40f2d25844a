// Built-in rules on labels. Each needs evidence, an effect that matters, and the same again: one bad day is no alert.

import type { AccuracyReport } from '../monitor/index.ts';
import type { Window } from './label-figures.ts';
import { condition, type Facts, type Rule } from './rule.ts';
import { tolerance } from './usual-lag.ts';

/** Fewer labels say nothing. */
const labelsMin = 50;
/** Forecasts on so small a share of the labels due are judged when more have come. */
const coverageMin = 0.8;
/** A forecast that is so much worse than seasonal naive costs something. */
const worseMin = 0.05;
/** An interval that holds so much less often than it says does not hold. */
const missMin = 0.05;
/** One-sided, 1 %. */
const z = 2.33;

const windowPeriodsOf = ({ project }: Facts): number => Math.max(14, 2 * project.horizonSteps);

/** Labels that should be there, by how late they usually are, and are not. */
export const labelsLate: Rule = {
  name: 'labels-late',
  looksAt: 'labels',
  async find(facts) {
    const { project, figures } = facts;
    const lag = tolerance(facts, await facts.batches());
    // A feed that is silent altogether is an alert of its own.
    if (lag === undefined || lag.behind > lag.tolerated) return null;
    const window = await figures.window(lag.lastFinished - lag.tolerated, project.horizonSteps);
    const { overall } = await figures.of(window);
    const { labelsDue, labelsJoined, labelCoverage } = overall;
    if (labelCoverage === null || labelsDue < labelsMin) return null;
    if (labelCoverage >= coverageMin) return [];
    return [
      condition(project, {
        rule: 'labels-late',
        severity: 'warning',
        page: 'forecasts',
        summary: `${percent(labelCoverage)} of the labels that are due have come, later than they usually do`,
        evidence: {
          metric: 'labelCoverage',
          value: labelCoverage,
          threshold: coverageMin,
          n: labelsJoined,
          labelCoverage,
          window: figures.shown(window),
        },
      }),
    ];
  },
};

/** Intervals that hold less often than they say. Labels of one period depend on each other: each period counts once. */
export const intervalsTooNarrow: Rule = {
  name: 'intervals-too-narrow',
  looksAt: 'labels',
  async find(facts) {
    const { project, figures, projectClock } = facts;
    if (projectClock === null) return null;
    const window = await figures.window(projectClock, windowPeriodsOf(facts));
    const before = { from: window.from - 1, to: window.to - 1 };
    const [now, then] = [await figures.of(window), await figures.of(before)];
    if (!isJudged(now)) return null;
    const found = [];
    for (const [level, { share, n }] of Object.entries(now.overall.metrics.intervalCoverage)) {
      const earlier = then.overall.metrics.intervalCoverage[level];
      const stated = Number(level);
      if (n < labelsMin || share === null || earlier === undefined || earlier.share === null) continue;
      if (!isMissed(stated, share, window) || !isMissed(stated, earlier.share, before)) continue;
      found.push(
        condition(project, {
          rule: 'intervals-too-narrow',
          subject: `${percent(stated)} interval`,
          severity: 'warning',
          page: 'forecasts',
          summary: `the ${percent(stated)} interval held ${percent(share)} of ${n} labels`,
          evidence: {
            metric: 'intervalCoverage',
            value: share,
            threshold: stated,
            n,
            labelCoverage: now.overall.labelCoverage,
            window: figures.shown(window),
          },
        }),
      );
    }
    return found;
  },
};

function isMissed(stated: number, share: number, { from, to }: Window): boolean {
  const spread = Math.sqrt((stated * (1 - stated)) / (to - from + 1));
  return share <= stated - missMin && share < stated - z * spread;
}

/** Forecasts worse than repeating the last season, over the window and in both halves of it. */
export const worseThanNaive: Rule = {
  name: 'worse-than-naive',
  looksAt: 'labels',
  async find(facts) {
    const { project, figures, projectClock } = facts;
    if (projectClock === null) return null;
    const window = await figures.window(projectClock, windowPeriodsOf(facts));
    const middle = Math.floor((window.from + window.to) / 2);
    const report = await figures.of(window);
    if (!isJudged(report) || report.baseline.n < labelsMin) return null;
    const added = addedBy(report);
    if (added === null) return null;
    if (added > -worseMin) return [];
    for (const half of [
      { from: window.from, to: middle },
      { from: middle + 1, to: window.to },
    ]) {
      const of = addedBy(await figures.of(half));
      if (of === null || of > 0) return [];
    }
    return [
      condition(project, {
        rule: 'worse-than-naive',
        severity: 'critical',
        page: 'models',
        summary: `the error is ${percent(-added)} above that of seasonal naive, in both halves of the window`,
        evidence: {
          metric: 'valueAdded',
          value: added,
          threshold: -worseMin,
          n: report.baseline.n,
          labelCoverage: report.overall.labelCoverage,
          window: figures.shown(window),
        },
      }),
    ];
  },
};

/** Value added over seasonal naive; null where it cannot be had. */
export function addedBy({ baseline }: AccuracyReport): number | null {
  const { mae: naive } = baseline.metrics;
  const { mae: own } = baseline.predictions;
  return naive === null || own === null || naive <= 0 ? null : 1 - own / naive;
}

/** Are there labels enough, and most of those that are due? */
export function isJudged({ overall }: AccuracyReport): boolean {
  return overall.labelsJoined >= labelsMin && (overall.labelCoverage ?? 0) >= coverageMin;
}

export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}
