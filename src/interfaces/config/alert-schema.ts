// Settings of a project's alerts: rules of its own beside those that are built in.

import { type Static, type TUnsafe, Type } from 'typebox';
import {
  type AlertMetric,
  type AlertRule,
  type AlertSettings,
  alertMetrics,
  builtInAlertRules,
} from '../../core/index.ts';
import type { Same } from './serving-schema.ts';

/** As `AlertRule`, as it is written. */
type AlertRuleConfig = { -readonly [K in keyof AlertRule]: AlertRule[K] };

/** As `AlertSettings`, as it is written. */
export interface AlertConfig {
  rules?: AlertRuleConfig[];
  off?: string[];
  owner?: string;
  runbook?: string;
}

const namePattern = '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$';
const owner = Type.Optional(
  Type.String({ minLength: 1, maxLength: 100, description: 'Who takes care, as it is told.' }),
);
const runbook = Type.Optional(
  Type.String({
    pattern: '^https?://',
    maxLength: 1000,
    description: 'Address of what to do, told with the alert.',
  }),
);

const rule = Type.Object(
  {
    name: Type.String({ pattern: namePattern, description: 'Lower-case letters, digits and hyphens.' }),
    metric: Type.Enum([...alertMetrics], {
      description:
        'The figure: wape, mae, bias, valueAdded (over seasonal naive), labelCoverage and intervalCoverage on closed periods; quarantineShare and periodsBehind of the newest batches.',
    }),
    level: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: 'Of intervalCoverage: the interval, such as 0.8.',
      }),
    ),
    above: Type.Optional(Type.Number({ description: 'It alerts where the figure is above this.' })),
    below: Type.Optional(Type.Number({ description: 'It alerts where the figure is below this.' })),
    windowPeriods: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'Closed periods the figure is taken over.' }),
    ),
    forPeriods: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 12, default: 1, description: 'Windows in a row it must hold of.' }),
    ),
    severity: Type.Optional(
      Type.Enum(['info', 'warning', 'critical'], { default: 'warning', description: 'How urgent it is.' }),
    ),
    owner,
    runbook,
  },
  { additionalProperties: false },
);

const alertObject = Type.Object(
  {
    rules: Type.Optional(
      Type.Array(rule, {
        maxItems: 50,
        default: [],
        description:
          'Rules beside those that are built in: `name`, `metric`, one of `above` and `below`, and if wanted `level`, `windowPeriods` (default: the horizon), `forPeriods` in a row, `severity`, `owner`, `runbook`.',
      }),
    ),
    off: Type.Optional(
      Type.Array(Type.String({ pattern: namePattern }), {
        maxItems: 50,
        default: [],
        description: 'Built-in rules that are not asked, by name.',
      }),
    ),
    owner,
    runbook,
  },
  { additionalProperties: false },
);

// Fails to compile when the types leave the schema.
const agrees: Same<Static<typeof alertObject>, AlertConfig> = true;
void agrees;

export const alerts: TUnsafe<AlertConfig> = alertObject as unknown as TUnsafe<AlertConfig>;

const ofIntervals: AlertMetric = 'intervalCoverage';

/** What is wrong with settings whose parts are each right; each begins with the path below `alerts`. */
export function alertProblems(given: unknown): string[] {
  if (given === null || typeof given !== 'object') return [];
  const { rules = [], off = [] } = given as AlertSettings;
  const problems: string[] = [];
  if (Array.isArray(off))
    for (const name of off)
      if (!builtInAlertRules.includes(name))
        problems.push(`.off names ${JSON.stringify(name)}; expected one of ${builtInAlertRules.join(', ')}`);
  const seen = new Set(builtInAlertRules);
  for (const [i, one] of (Array.isArray(rules) ? rules : []).entries()) {
    if (one === null || typeof one !== 'object') continue;
    const { name, metric, level, above, below, windowPeriods } = one as AlertRule;
    if (seen.has(name))
      problems.push(`.rules.${i}.name is ${JSON.stringify(name)} again; give each name once`);
    seen.add(name);
    if ((above === undefined) === (below === undefined))
      problems.push(
        `.rules.${i} has ${above === undefined ? 'no bound' : 'two bounds'}; give one of above and below`,
      );
    if (level !== undefined && metric !== ofIntervals)
      problems.push(`.rules.${i}.level says nothing of ${metric}; it belongs to ${ofIntervals}`);
    if (windowPeriods !== undefined && (metric === 'quarantineShare' || metric === 'periodsBehind'))
      problems.push(`.rules.${i}.windowPeriods says nothing of ${metric}, which is of the newest batches`);
  }
  return problems;
}
