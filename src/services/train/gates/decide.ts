// All gates together: a version passes when none has failed.

import type { GateResult } from '../gate.ts';
import { artifactGate, dataGate, latencyGate, sizeGate, trainingGate } from './artifact-gates.ts';
import type { GateEvidence } from './evidence.ts';
import { fairnessGate } from './fairness-gate.ts';
import { behaviourGate, coverageGate, levelGate } from './forecast-gates.ts';
import type { Found, GateCheck } from './gate-check.ts';
import { costGate, offlineGate, reproducedGate, slicesGate } from './loss-gates.ts';

/** In the order of `gateNames`; each is held to its own law by `gates.test.ts`. */
const gates: readonly ((found: Found, evidence: GateEvidence) => GateCheck)[] = [
  dataGate,
  trainingGate,
  offlineGate,
  reproducedGate,
  slicesGate,
  fairnessGate,
  coverageGate,
  behaviourGate,
  levelGate,
  costGate,
  latencyGate,
  (_, evidence) => sizeGate(evidence),
];

/** What is stored with a version: the comparison on the folds, and every check. */
export interface GateDecision extends Omit<GateResult, 'against'> {
  readonly against: GateResult['against'] | null;
  readonly checks: readonly GateCheck[];
}

/** Pure. The reason is that of the first gate that failed, else of the comparison on the folds. */
export function decideGates(evidence: GateEvidence): GateDecision {
  const artifact = artifactGate(evidence);
  const { found } = evidence;
  if (found === undefined || artifact.verdict === 'failed')
    return {
      passed: false,
      reason: artifact.reason,
      against: null,
      againstVersionId: null,
      margin: 0,
      folds: 0,
      challenger: null,
      opponent: null,
      checks: [artifact],
    };
  const checks = [artifact, ...gates.map((gate) => gate(found, evidence))];
  const wrong = checks.filter(({ verdict }) => verdict === 'failed');
  const { offline } = found.losses;
  const [first] = wrong;
  const others =
    wrong.length > 1
      ? ` (and ${wrong
          .slice(1)
          .map(({ gate }) => gate)
          .join(', ')})`
      : '';
  return {
    ...offline,
    passed: first === undefined,
    reason: first === undefined ? offline.reason : `${first.gate}: ${first.reason}${others}`,
    checks,
  };
}
