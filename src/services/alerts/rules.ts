// The rules that are built in. A new one is an entry here, a row in docs/guides/alerts.md and its test.

import type { Project } from '../../core/index.ts';
import { driftConfirmed } from './drift-rule.ts';
import { intervalsTooNarrow, labelsLate, worseThanNaive } from './label-rules.ts';
import type { Rule } from './rule.ts';
import { contractFailing, feedSilent, quarantineShare, sourceDown, trainingFailed } from './state-rules.ts';
import { userRules } from './user-rules.ts';

export const builtInRules: readonly Rule[] = [
  feedSilent,
  labelsLate,
  quarantineShare,
  contractFailing,
  sourceDown,
  trainingFailed,
  driftConfirmed,
  intervalsTooNarrow,
  worseThanNaive,
];

/** Those that are asked of a project: what is built in and not off, and what it states itself. */
export function rulesOf(project: Project): Rule[] {
  const off = project.alerts?.off ?? [];
  return [...builtInRules.filter(({ name }) => !off.includes(name)), ...userRules(project)];
}
