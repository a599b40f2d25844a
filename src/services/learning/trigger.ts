// A trigger: what it looks at when, and the decision, as a pure function of what is known. Which events wake it says only when
// to look: it decides by what is stored, so that an event that comes twice, or together with others, begins nothing twice.

import type { EventType, Project, RetrainPipeline } from '../../core/index.ts';
import type { JsonObject, WithdrawalRecord } from '../../storage/ports/index.ts';

/** What a version has learnt from. */
export interface Learnt {
  readonly versionId: string;
  readonly number: number;
  readonly batchSeqMax: number;
  readonly periodMax: number;
}

export interface Situation {
  readonly project: Project;
  /** First period with an accepted row, and the newest that is closed for the whole project; null = there is none. */
  readonly history: { readonly periodMin: number; readonly periodMax: number } | null;
  /** Periods of history below which a training is refused. */
  readonly trainingPeriodsMin: number;
  readonly champion: Learnt | null;
  /** The newest version, whatever became of it. */
  readonly newest:
    | (Learnt & {
        /** Why it does not serve, or may not; null = nothing speaks against it. */
        readonly refusal: string | null;
        /** The settings it was trained with; null = not known. */
        readonly settings: JsonObject | null;
      })
    | null;
  readonly withdrawals: readonly WithdrawalRecord[];
  /** Inputs of the newest jobs of a pipeline, newest first. */
  readonly tries: (pipeline: RetrainPipeline) => readonly JsonObject[];
}

export type Decision =
  | { readonly begin: false; readonly reason: string }
  | {
      readonly begin: true;
      readonly pipeline: RetrainPipeline;
      /** For people: shown with the job and its run. */
      readonly reason: string;
      /** Kept in the job's input: what the trigger looks for among the tries, so that it does not begin the same again. */
      readonly evidence: JsonObject;
    };

export interface Trigger {
  readonly name: string;
  /** It looks when any of these has happened. */
  readonly kinds: readonly EventType[];
  /** Whether the project wants it at all: what is not wanted costs nothing. */
  readonly isWanted: (project: Project) => boolean;
  readonly decide: (situation: Situation) => Decision;
}

export const notNow = (reason: string): Decision => ({ begin: false, reason });

/** The evidence that earlier jobs of a trigger were begun on. */
export function evidenceOf(tries: readonly JsonObject[]): JsonObject[] {
  return tries.flatMap(({ evidence }) =>
    typeof evidence === 'object' && evidence !== null && !Array.isArray(evidence)
      ? [evidence as JsonObject]
      : [],
  );
}

/** The largest of the numbers that jobs have under a name; −∞ when none has it. */
export function largest(records: readonly JsonObject[], name: string): number {
  const numbers = records.map((record) => record[name]).filter((value) => typeof value === 'number');
  return Math.max(Number.NEGATIVE_INFINITY, ...numbers);
}
