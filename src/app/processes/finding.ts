// What several processes found of one version, as one.

import { AppError } from '../../core/index.ts';
import type { Finding } from './messages.ts';

/** One refusal is enough; otherwise all of them must have found out, and at least one. */
export function together(findings: readonly Finding[]): Finding {
  const refused = findings.filter(({ kind }) => kind === 'refused');
  const [first] = refused;
  if (first?.kind === 'refused')
    return findings.length === 1 || refused.length === findings.length
      ? first
      : { kind: 'refused', reason: `${first.reason} (in ${refused.length} of ${findings.length} processes)` };
  if (findings.length === 0) return { kind: 'unknown', reason: 'no process that serves can be reached' };
  return findings.find(({ kind }) => kind === 'unknown') ?? { kind: 'proven' };
}

/** A trial here, as a message to the others. */
export async function findingOf(trial: Promise<string | undefined>): Promise<Finding> {
  try {
    const reason = await trial;
    return reason === undefined ? { kind: 'proven' } : { kind: 'refused', reason };
  } catch (error) {
    return { kind: 'unknown', reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * As `ServingProcesses.prove` of the registry wants it.
 * @throws AppError `serving/not-proven` when nothing was found out
 */
export function refusalOf(finding: Finding): string | undefined {
  if (finding.kind === 'unknown')
    throw new AppError('serving/not-proven', `the version was not tried everywhere: ${finding.reason}`);
  return finding.kind === 'refused' ? finding.reason : undefined;
}
