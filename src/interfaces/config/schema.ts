// The settings, stated once: from this schema come the checks, the defaults, the names of environment variables and
// flags (`settings.ts`) and the reference page (docs/reference/settings.md). Every setting may be left out.

import { type Static, type TSchema, Type } from 'typebox';
import {
  type ConflictRule,
  type Frequency,
  type GapRule,
  type GbdtParams,
  gbdtParams,
  type ParamRule,
  type UnitRule,
} from '../../core/index.ts';
import { type AlertingConfig, type AlertRouteConfig, alerting, alertRoute } from './alert-route-schema.ts';
import { type AlertConfig, alerts } from './alert-schema.ts';
import { type ColumnsConfig, columns } from './columns-schema.ts';
import { type DialectConfig, dialect } from './dialect-schema.ts';
import { type DriftConfig, drift } from './drift-schema.ts';
import { type MappingConfig, mappings } from './mapping-schema.ts';
import { type FiscalYearConfig, fiscalYear, workdays } from './periods-schema.ts';
import { type RetentionConfig, retention } from './retention-schema.ts';
import { type RetrainOnConfig, retrainOn } from './retrain-schema.ts';
import { conflicts, gaps, keys, units } from './row-schema.ts';
import {
  type CostsConfig,
  costs,
  type InferenceConfig,
  inference,
  type LimitsConfig,
  limits,
  type Same,
  type SloConfig,
  slo,
} from './serving-schema.ts';
import { type SourceConfig, source } from './source-schema.ts';
import { type StreamConfig, stream } from './stream-schema.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** What may be written in `almanac.config.ts`. Everything has a default. */
export interface UserConfig {
  /** Folder that holds everything Almanac keeps. */
  dataFolder?: string;
  host?: string;
  port?: number;
  insecure?: boolean;
  allowedHosts?: string[];
  allowedOrigins?: string[];
  trustedProxies?: string[];
  threads?: number;
  processes?: number;
  logLevel?: LogLevel;
  limits?: LimitsConfig;
  slo?: SloConfig;
  costs?: CostsConfig;
  retention?: RetentionConfig;
  inference?: InferenceConfig;
  alerting?: AlertingConfig;
  /** One forecasting problem per name. */
  projects?: Record<string, ProjectConfig>;
  /** Streams of NATS or Kafka that are read, by a name of yours. */
  streams?: Record<string, StreamConfig>;
  /** Databases that are read by the clock, by a name of yours. */
  sources?: Record<string, SourceConfig>;
  /** Where alerts are sent, by a name of yours. */
  alertRoutes?: Record<string, AlertRouteConfig>;
}

/** One forecasting problem, as the user states it. */
export interface ProjectConfig {
  frequency?: Frequency;
  weekStart?: number;
  workdays?: number[];
  fiscalYear?: FiscalYearConfig;
  timezone?: string;
  horizonSteps?: number;
  seasons?: number[];
  levels?: number[];
  adaptCoverage?: boolean;
  nonNegative?: boolean;
  columns?: ColumnsConfig;
  dialect?: DialectConfig;
  mappings?: Record<string, MappingConfig>;
  calendar?: { country: string; region?: string };
  hierarchy?: string[];
  keys?: 'exact' | 'fold';
  gaps?: GapRule;
  conflicts?: ConflictRule;
  units?: UnitRule;
  closing?: { group?: string | string[]; latenessHours?: number };
  contract?: {
    file?: string;
    minValue?: number | null;
    maxValue?: number | null;
    unitJumpFactor?: number;
    futurePeriodsMax?: number;
    jumpPeriodsMax?: number;
    stalePeriodsMax?: number;
    historyPeriodsMin?: number;
  };
  models?: 'auto' | string[];
  gbdt?: GbdtParams;
  retrainEveryPeriods?: number;
  retrainSchedule?: string;
  retrainOn?: RetrainOnConfig[];
  alerts?: AlertConfig;
  drift?: DriftConfig;
  seed?: number;
}

const closed = { additionalProperties: false };
const hostPattern = '^(?:\\*|(?:\\*\\.)?[A-Za-z0-9._:-]+)$';
const originPattern = '^https?://[A-Za-z0-9._:\\[\\]-]+$';
/** A name is part of URLs and of file names: short, lower case, no dots. */
export const projectNamePattern = '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$';

const calendar = Type.Object(
  {
    country: Type.String({
      pattern: '^[A-Za-z]{2}$',
      description:
        'Country whose public holidays are known ahead, as the category `holiday`: its ISO 3166 code, such as `DE`.',
      defaultNote: 'none: no holidays',
    }),
    region: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 20,
        description: 'Its state or region, such as `BY`.',
        defaultNote: 'holidays of the whole country',
      }),
    ),
  },
  { ...closed, description: 'Whose public holidays move demand.' },
);

const closing = Type.Object(
  {
    group: Type.Optional(
      Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }))], {
        description: 'Series columns that name who reports together; `[]` = the whole project does.',
        defaultNote: 'the leading column where there are two or more, else none',
      }),
    ),
    latenessHours: Type.Optional(
      Type.Number({
        default: 24,
        minimum: 0,
        description:
          'A period closes this long after its end, and after the first row as late as it, whoever is missing.',
      }),
    ),
  },
  { ...closed, description: 'When a period is over, so that one without a row is what `gaps` says.' },
);

const contract = Type.Object(
  {
    file: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description:
          'File of a data contract, ODCS v3.0 or v3.1 in YAML, relative to the configuration file: what else rows must keep (`almanac docs contracts`).',
        defaultNote: 'none',
      }),
    ),
    minValue: Type.Optional(
      Type.Union([Type.Number(), Type.Null()], {
        description: 'Smallest believable value, in units; `null` = no limit.',
        defaultNote: '0 when demand cannot be negative, else no limit',
      }),
    ),
    maxValue: Type.Optional(
      Type.Union([Type.Number(), Type.Null()], {
        default: null,
        description: 'Largest believable value, in units; `null` = no limit.',
      }),
    ),
    unitJumpFactor: Type.Optional(
      Type.Number({
        default: 100,
        minimum: 0,
        description:
          "A value this many times above the series' own recent high is a suspected change of unit; 0 = off.",
      }),
    ),
    futurePeriodsMax: Type.Optional(
      Type.Integer({
        default: 1,
        minimum: 0,
        description: 'Rows later than now by more than this many periods are refused.',
      }),
    ),
    jumpPeriodsMax: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 20_000,
        description:
          'A row this many periods past the newest closed one is refused, unless usual reporters come along or its sender closes that far.',
        defaultNote: 'four horizons or two of the longest season, at least 28',
      }),
    ),
    stalePeriodsMax: Type.Optional(
      Type.Integer({
        default: 0,
        minimum: 0,
        description: 'A training is refused when the newest row is older than this many periods; 0 = off.',
      }),
    ),
    historyPeriodsMin: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'Series with fewer periods than this are served by a baseline and reported.',
        defaultNote: 'two seasons, at least 4 and at most 28',
      }),
    ),
  },
  { ...closed, description: 'Limits that every row, or the whole history, must keep.' },
);

const gbdt = Type.Unsafe<GbdtParams>(
  Type.Object(
    Object.fromEntries(
      Object.entries(gbdtParams).map(([name, rule]) => [name, Type.Optional(paramSchema(rule))]),
    ),
    { ...closed, description: 'Parameters of the model over all series, as `almanac search` finds them.' },
  ),
);

function paramSchema(rule: ParamRule) {
  const { description } = rule;
  if (rule.kind === 'choice') return Type.Enum([...rule.values], { description });
  const range = { minimum: rule.min, maximum: rule.max, description };
  return rule.kind === 'integer' ? Type.Integer(range) : Type.Number(range);
}

const project = Type.Object(
  {
    frequency: Type.Optional(
      Type.Enum(['hour', 'day', 'week', 'month', 'quarter', 'year', 'step'], {
        default: 'day',
        description: 'How long a period is. `step` has no calendar: periods are numbers.',
      }),
    ),
    weekStart: Type.Optional(
      Type.Integer({
        default: 1,
        minimum: 0,
        maximum: 6,
        description: 'First day of a week, 0 = Sunday … 6 = Saturday; used by weekly data only.',
      }),
    ),
    workdays: Type.Optional(workdays),
    fiscalYear: Type.Optional(fiscalYear),
    timezone: Type.Optional(
      Type.String({
        default: 'UTC',
        minLength: 1,
        description: 'IANA time zone in which timestamps without an offset are read and days begin.',
      }),
    ),
    horizonSteps: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'How many periods ahead to forecast.',
        defaultNote: 'hour 48, day 28, week 13, month 12, quarter 8, year 4, step 12',
      }),
    ),
    seasons: Type.Optional(
      Type.Array(Type.Integer({ minimum: 2, maximum: 10_000 }), {
        maxItems: 4,
        description: 'Periods per cycle that models may use, shortest first; `[]` = none.',
        defaultNote: 'hour 24 and 168, day 7, week 52, month 12, quarter 4, else none',
      }),
    ),
    levels: Type.Optional(
      Type.Array(Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), {
        default: [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975],
        minItems: 1,
        maxItems: 99,
        description: 'Quantile levels computed for every forecast, ascending.',
      }),
    ),
    adaptCoverage: Type.Optional(
      Type.Boolean({
        default: true,
        description:
          'Adapt the levels that the model is asked for to the demand that came, so that intervals keep holding what they say.',
      }),
    ),
    nonNegative: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Demand cannot be below zero: forecasts and quantiles are clipped there.',
      }),
    ),
    columns: Type.Optional(columns),
    dialect: Type.Optional(dialect),
    mappings: Type.Optional(mappings),
    calendar: Type.Optional(calendar),
    hierarchy: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
        maxItems: 16,
        default: [],
        description:
          'Totals whose accuracy every training records: groupings of `series` and `static` columns, `A/B` = B within A, `A*B` = every pair (`almanac docs hierarchy`).',
      }),
    ),
    keys: Type.Optional(keys),
    gaps: Type.Optional(gaps),
    conflicts: Type.Optional(conflicts),
    units: Type.Optional(units),
    closing: Type.Optional(closing),
    contract: Type.Optional(contract),
    models: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
        default: 'auto',
        description: 'Names from the catalog to try (`almanac models --catalog`), or `auto`.',
      }),
    ),
    gbdt: Type.Optional(gbdt),
    retrainEveryPeriods: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: "Retrain when this many new periods came since the champion's snapshot; 0 = on request.",
        defaultNote: 'hour 168, day 7, week 4, month 1, quarter 1, year 1, step 0',
      }),
    ),
    retrainSchedule: Type.Optional(
      Type.String({
        maxLength: 100,
        description:
          'Also retrain at these times: a cron expression of five fields in the time zone of the project, such as `30 2 * * 1`. Missed times come as one.',
      }),
    ),
    retrainOn: Type.Optional(retrainOn),
    alerts: Type.Optional(alerts),
    drift: Type.Optional(drift),
    seed: Type.Optional(Type.Integer({ default: 1, minimum: 0, description: 'Seed of everything random.' })),
  },
  closed,
);

const schema = Type.Object(
  {
    dataFolder: Type.Optional(
      Type.String({
        default: '.almanac',
        minLength: 1,
        description:
          'Folder that holds everything Almanac keeps. Relative to the configuration file, or to the current folder when given by flag or variable.',
      }),
    ),
    host: Type.Optional(
      Type.String({
        default: '127.0.0.1',
        minLength: 1,
        description:
          'Address the server listens on. Other machines reach it on any but 127.0.0.1, ::1 and localhost: see `insecure`.',
      }),
    ),
    port: Type.Optional(
      Type.Integer({
        default: 7400,
        minimum: 0,
        maximum: 65_535,
        description: 'Port the server listens on; 0 = any free one.',
      }),
    ),
    insecure: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Listen where other machines reach the server, though nobody has to log in.',
      }),
    ),
    allowedHosts: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: hostPattern }), {
        maxItems: 64,
        default: [],
        description:
          'Names that requests may call the server by in `Host`, beside localhost and what it is bound to: `shop.example`, `*.shop.example`, `*` = any.',
      }),
    ),
    allowedOrigins: Type.Optional(
      Type.Array(Type.String({ maxLength: 300, pattern: originPattern }), {
        maxItems: 64,
        default: [],
        description: 'Sites whose pages may use the server (CORS): `https://shop.example`.',
      }),
    ),
    trustedProxies: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
        maxItems: 64,
        default: [],
        description:
          'Proxies whose `X-Forwarded-For` says who a client is, as addresses or networks: `127.0.0.1`, `10.0.0.0/8`, `loopback`.',
      }),
    ),
    threads: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 256,
        description: 'Worker threads for training.',
        defaultNote: 'one per core, but one: it answers requests meanwhile',
      }),
    ),
    processes: Type.Optional(
      Type.Integer({
        default: 1,
        minimum: 1,
        maximum: 64,
        description:
          'Processes that answer requests, on one port. With 2 or more, another one trains and keeps them running.',
      }),
    ),
    logLevel: Type.Optional(
      Type.Enum(['silent', 'error', 'warn', 'info', 'debug'], {
        default: 'info',
        description: 'Least severe log line that is written.',
      }),
    ),
    limits: Type.Optional(limits),
    inference: Type.Optional(inference),
    slo: Type.Optional(slo),
    costs: Type.Optional(costs),
    retention: Type.Optional(retention),
    alerting: Type.Optional(alerting),
    projects: Type.Optional(
      Type.Record(Type.String(), project, {
        description: 'One forecasting problem per name: lower-case letters, digits and hyphens.',
      }),
    ),
    streams: Type.Optional(
      Type.Record(Type.String(), stream, {
        description: 'Streams that are read, by name: lower-case letters, digits and hyphens.',
      }),
    ),
    sources: Type.Optional(
      Type.Record(Type.String(), source, {
        description: 'Sources that are read by the clock, by name: lower-case letters, digits and hyphens.',
      }),
    ),
    alertRoutes: Type.Optional(
      Type.Record(Type.String(), alertRoute, {
        maxProperties: 50,
        description: 'Where alerts are sent, by name: lower-case letters, digits and hyphens.',
      }),
    ),
  },
  closed,
);

/** The schema as JSON Schema, for walking. */
export const configSchema: TSchema = schema;
/** The schema of one project. */
export const projectSchema: TSchema = project;

// The two interfaces above are what editors show; these lines fail to compile when one of them leaves the schema.
const configAgrees: Same<Static<typeof schema>, UserConfig> = true;
const projectAgrees: Same<Static<typeof project>, ProjectConfig> = true;
void [configAgrees, projectAgrees];
