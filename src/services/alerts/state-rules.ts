// Built-in rules on how things stand: feeds, rows that are refused, trainings, contracts, sources.

import { periodLabel } from '../../core/index.ts';
import { percent } from './label-rules.ts';
import { condition, type Rule } from './rule.ts';
import { tolerance } from './usual-lag.ts';

/** No data for longer than is usual for the project. */
export const feedSilent: Rule = {
  name: 'feed-silent',
  looksAt: 'state',
  async find(facts) {
    const { project } = facts;
    const lag = tolerance(facts, await facts.batches());
    if (lag === undefined) return null;
    const { behind, tolerated, lastFinished, batches } = lag;
    if (behind <= tolerated) return [];
    return [
      condition(project, {
        rule: 'feed-silent',
        severity: 'critical',
        page: 'data',
        summary: `no data of the last ${behind} periods that are over; by its last ${batches} batches at most ${tolerated} are usual`,
        evidence: {
          metric: 'periodsBehind',
          value: behind,
          threshold: tolerated,
          n: batches,
          window: {
            from: periodLabel(project.grid, lastFinished - behind + 1),
            to: periodLabel(project.grid, lastFinished),
          },
        },
      }),
    ];
  },
};

/** Batches looked at, and the rows that they must hold together. */
const batchesLookedAt = 10;
const rowsMin = 50;
const refusedMin = 0.05;

/** Many of the rows that came lately were refused, and nobody has brought them again. */
export const quarantineShare: Rule = {
  name: 'quarantine-share',
  looksAt: 'state',
  async find({ project, batches }) {
    const withRows = (await batches())
      .filter(({ rowsAccepted, rowsQuarantined }) => rowsAccepted + rowsQuarantined > 0)
      .slice(0, batchesLookedAt);
    const { rows, refused } = countRows(withRows);
    if (rows < rowsMin) return null;
    const share = refused / rows;
    if (share < refusedMin) return [];
    return [
      condition(project, {
        rule: 'quarantine-share',
        severity: 'warning',
        page: 'data',
        summary: `${percent(share)} of the ${rows} rows of the last ${withRows.length} batches wait in quarantine`,
        evidence: { metric: 'quarantineShare', value: share, threshold: refusedMin, n: rows },
      }),
    ];
  },
};

/** Rows that came, and those of them that are refused still. */
export function countRows(
  batches: readonly {
    readonly rowsAccepted: number;
    readonly rowsQuarantined: number;
    readonly rowsRepaired?: number | undefined;
  }[],
): { rows: number; refused: number } {
  let rows = 0;
  let refused = 0;
  for (const { rowsAccepted, rowsQuarantined, rowsRepaired = 0 } of batches) {
    rows += rowsAccepted + rowsQuarantined;
    refused += Math.max(0, rowsQuarantined - rowsRepaired);
  }
  return { rows, refused };
}

/** The newest training that ended has failed. */
export const trainingFailed: Rule = {
  name: 'training-failed',
  looksAt: 'state',
  async find({ project, trainings }) {
    const ended = (await trainings()).filter(({ state }) => state === 'done' || state === 'failed');
    const [newest] = ended;
    if (newest?.state !== 'failed') return [];
    const inARow = ended.findIndex(({ state }) => state === 'done');
    const failures = inARow < 0 ? ended.length : inARow;
    return [
      condition(project, {
        rule: 'training-failed',
        severity: 'critical',
        page: 'models',
        summary: `training has failed: ${(newest.error ?? '').slice(0, 300)}`,
        evidence: { metric: 'trainingsFailed', value: failures, threshold: 1, n: ended.length },
      }),
    ];
  },
};

/** A check of the data contract that refuses rows or batches fails. */
export const contractFailing: Rule = {
  name: 'contract-failing',
  looksAt: 'state',
  async find({ project, contract }) {
    const state = await contract();
    return (state?.failing ?? []).map(({ id, severity, figure, unit, bound, n }) =>
      condition(project, {
        rule: 'contract-failing',
        subject: id,
        severity: severity === 'error' ? 'critical' : 'warning',
        page: 'data',
        summary: `check ${id} of the contract fails: ${Number(figure.toPrecision(4))} ${unit}, expected ${bound}`,
        evidence: { metric: 'contract', value: figure, n },
      }),
    );
  },
};

/** So often in a row a source may fail before it is told of: most come back by themselves. */
const failuresMin = 3;

/** A source that is paused, or that goes on failing. */
export const sourceDown: Rule = {
  name: 'source-down',
  looksAt: 'state',
  async find({ project, sources }) {
    const down = (await sources()).filter(
      ({ project: of, state, failures }) =>
        of === project.name && (state === 'paused' || (state === 'failing' && failures >= failuresMin)),
    );
    return down.map(({ name, state, reason, failures }) =>
      condition(project, {
        rule: 'source-down',
        subject: name,
        severity: state === 'paused' ? 'critical' : 'warning',
        page: 'data',
        summary: `source ${name} is ${state}: ${(reason ?? '').slice(0, 300)}`,
        evidence: { metric: 'sourceFailures', value: failures, threshold: failuresMin, n: failures },
      }),
    );
  },
};
