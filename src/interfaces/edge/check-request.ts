// The body of a forecast request, checked by hand: the fields of the API, and the observations that only an exported model
// is given. Small, where a schema compiler would be larger than all the rest.

import { AppError, forecastPurposes, isUnit, unitRule } from '../../core/index.ts';
import type { ForecastRequest } from '../../services/serving/index.ts';

export interface EdgeRequest extends ForecastRequest {
  /** Rows newer than the model, with the columns of the project: for this request only. */
  readonly observations?: readonly Readonly<Record<string, unknown>>[];
}

type Fault = { readonly field: string; readonly message: string };
type Check = (value: unknown, field: string) => readonly Fault[];

const seriesMax = 100_000;
const idLengthMax = 1024;
const levelsMax = 99;
const stepsMax = 1000;
const textMax = 200;
const timeoutMsMax = 600_000;
const observationsMax = 100_000;
const faultsShownMax = 20;

/** @throws AppError `http/invalid-request` with the fields at fault */
export function checkRequest(body: unknown): EdgeRequest {
  const faults = isRecord(body)
    ? Object.entries(body).flatMap(([name, value]) => faultsOf(name, value))
    : [{ field: 'body', message: 'must be object' }];
  const [first] = faults;
  if (first === undefined) return body as EdgeRequest;
  throw new AppError('http/invalid-request', `${first.field} ${first.message}`, {
    details: { errors: faults.slice(0, faultsShownMax).map((fault) => ({ ...fault })) },
  });
}

function faultsOf(name: string, value: unknown): readonly Fault[] {
  const field = `body.${name.slice(0, textMax)}`;
  const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return check === undefined ? [{ field, message: 'is not a field of this request' }] : check(value, field);
}

const fields: Readonly<Record<string, Check>> = {
  series: list('ids', seriesMax, must('be a text of 1 to 1024 characters', isId)),
  horizon: must('be a whole number from 1', (value) => Number.isInteger(value) && (value as number) >= 1),
  quantiles: list(
    'levels',
    levelsMax,
    must('be a number between 0 and 1', (value) => typeof value === 'number' && value > 0 && value < 1),
  ),
  future: record((value, field) =>
    Array.isArray(value) ? cells(value, field) : record(cells)(value, field),
  ),
  purpose: must(`be ${forecastPurposes.join(' or ')}`, (value) =>
    forecastPurposes.some((purpose) => purpose === value),
  ),
  unit: must(`be a text of 1 to ${unitRule.lengthMax} characters, none of control`, isUnit),
  timeoutMs: must(
    'be a whole number from 1 to 600000',
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= timeoutMsMax,
  ),
  observations: list('rows', observationsMax, must('be an object', isRecord)),
};

function cells(value: unknown, field: string): readonly Fault[] {
  return list(
    'values',
    stepsMax,
    must('be a number, a text of at most 200 characters, true, false or null', isCell),
  )(value, field);
}

function list(what: string, max: number, item: Check): Check {
  return (value, field) => {
    if (!Array.isArray(value) || value.length === 0 || value.length > max)
      return [{ field, message: `must be a list of 1 to ${max} ${what}` }];
    const at = value.findIndex((one) => item(one, field).length > 0);
    return at < 0 ? [] : item(value[at], `${field}.${at}`);
  };
}

function record(item: Check): Check {
  return (value, field) =>
    isRecord(value)
      ? Object.entries(value).flatMap(([name, one]) => item(one, `${field}.${name.slice(0, textMax)}`))
      : [{ field, message: 'must be object' }];
}

function must(message: string, holds: (value: unknown) => boolean): Check {
  return (value, field) => (holds(value) ? [] : [{ field, message: `must ${message}` }]);
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= idLengthMax;
}

function isCell(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= textMax;
  return (
    value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
