// Another plan for a column, as somebody writes it: one value for all steps ahead, or by how many percent more or less than is planned.

import type * as api from '../../api.ts';

/**
 * What is planned for each step ahead; where nothing is, what was last known. NaN = neither is a number.
 * @param column known ahead
 */
export function plannedValues({ forecast, planned, history }: Planned, column: string): number[] {
  const byStep = new Map(planned.map(({ timestamp, covariates }) => [timestamp, covariates[column]]));
  const last = history.findLast(({ covariates }) => covariates?.[column] !== undefined)?.covariates?.[column];
  return (forecast?.steps ?? []).map(({ timestamp }) => numberOf(byStep.get(timestamp) ?? last));
}

/** What is needed of a series' page. */
export type Planned = Pick<api.SeriesDetail, 'forecast' | 'planned' | 'history'>;

/**
 * @param written `4.5` = so much in each step; `-10%`, `+10 %` = that much less, or more, than is planned
 * @returns a value for each step; undefined = it cannot be read, or nothing is planned that it could be a part of
 */
export function otherPlan(written: string, planned: readonly number[]): number[] | undefined {
  const [, sign = '', digits = '', percent = ''] =
    /^\s*([+-]?)(\d{1,12}(?:\.\d{1,12})?)\s*(%?)\s*$/.exec(written) ?? [];
  if (digits === '' || (percent === '%' && sign === '')) return undefined;
  const value = Number(`${sign}${digits}`);
  const values = planned.map((now) => (percent === '%' ? now * (1 + value / 100) : value));
  return values.every(Number.isFinite) ? values : undefined;
}

function numberOf(value: string | number | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}
