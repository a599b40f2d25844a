// Rules of the project's settings: a figure of closed periods, compared with a bound, of so many windows in a row.

import { type AlertMetric, type AlertRule, type Project, periodLabel } from '../../core/index.ts';
import type { AccuracyReport } from '../monitor/index.ts';
import { addedBy } from './label-rules.ts';
import { condition, type Facts, type Rule } from './rule.ts';
import { countRows } from './state-rules.ts';
import { tolerance } from './usual-lag.ts';

/** What a figure came to; null = it cannot be told. */
interface Found {
  readonly value: number;
  readonly n: number;
  readonly labelCoverage: number | null;
}

const labelsMin = 20;
const byState: readonly AlertMetric[] = ['quarantineShare', 'periodsBehind'];

/** The rules that a project states, in the form of those that are built in. */
export function userRules(project: Project): Rule[] {
  return (project.alerts?.rules ?? []).map((rule) => ({
    name: rule.name,
    looksAt: byState.includes(rule.metric) ? 'state' : 'labels',
    find: (facts) => (byState.includes(rule.metric) ? ofState(rule, facts) : ofLabels(rule, facts)),
  }));
}

async function ofState(rule: AlertRule, facts: Facts) {
  const batches = await facts.batches();
  let found: Found | undefined;
  if (rule.metric === 'periodsBehind') {
    const lag = tolerance(facts, batches);
    if (lag !== undefined) found = { value: lag.behind, n: lag.batches, labelCoverage: null };
  } else {
    const { rows, refused } = countRows(batches);
    if (rows > 0) found = { value: refused / rows, n: rows, labelCoverage: null };
  }
  if (found === undefined) return null;
  return holds(rule, found.value) ? [stated(rule, facts.project, { ...found, window: null })] : [];
}

async function ofLabels(rule: AlertRule, { project, figures, projectClock }: Facts) {
  if (projectClock === null) return null;
  const { windowPeriods = project.horizonSteps, forPeriods = 1 } = rule;
  let newest: (Found & { window: { from: string; to: string } }) | undefined;
  for (let back = 0; back < forPeriods; back++) {
    const window = await figures.window(projectClock - back, windowPeriods);
    const found = figureOf(rule, await figures.of(window));
    if (found === null) return null;
    if (!holds(rule, found.value)) return [];
    newest ??= {
      ...found,
      window: { from: periodLabel(project.grid, window.from), to: periodLabel(project.grid, window.to) },
    };
  }
  return newest === undefined ? null : [stated(rule, project, newest)];
}

function figureOf({ metric, level }: AlertRule, report: AccuracyReport): Found | null {
  const { overall, baseline } = report;
  const { metrics, labelCoverage, labelsDue, labelsJoined } = overall;
  if (metric === 'labelCoverage')
    return labelCoverage === null || labelsDue < labelsMin
      ? null
      : { value: labelCoverage, n: labelsJoined, labelCoverage };
  if (labelsJoined < labelsMin) return null;
  const of = (value: number | null, n: number): Found | null =>
    value === null ? null : { value, n, labelCoverage };
  switch (metric) {
    case 'valueAdded':
      return of(addedBy(report), baseline.n);
    case 'intervalCoverage': {
      const levels = Object.entries(metrics.intervalCoverage);
      const [, held] = levels.find(([one]) => Number(one) === level) ?? [];
      const widest = level === undefined ? levels.sort(([a], [b]) => Number(b) - Number(a))[0]?.[1] : held;
      return widest === undefined ? null : of(widest.share, widest.n);
    }
    case 'wape':
    case 'mae':
    case 'bias':
      return of(metrics[metric], metrics.n);
    default:
      return null;
  }
}

function holds({ above, below }: AlertRule, value: number): boolean {
  return (above !== undefined && value > above) || (below !== undefined && value < below);
}

function stated(
  rule: AlertRule,
  project: Project,
  found: Found & { readonly window: { from: string; to: string } | null },
) {
  const { name, metric, above, below, forPeriods = 1, severity = 'warning' } = rule;
  const isAbove = above !== undefined && found.value > above;
  const bound = isAbove ? above : (below ?? above ?? 0);
  const times = forPeriods > 1 ? `, ${forPeriods} periods in a row` : '';
  return condition(project, {
    rule: name,
    severity,
    page: byState.includes(metric) ? 'data' : 'forecasts',
    summary: `${metric} is ${Number(found.value.toPrecision(4))}, ${isAbove ? 'above' : 'below'} ${bound}${times}`,
    evidence: { metric, threshold: bound, ...found },
    own: rule,
  });
}
