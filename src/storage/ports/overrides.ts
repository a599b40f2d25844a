// Overrides of forecasts: an append-only ledger. One that is set again or withdrawn stays as it was; what ends it is an entry too.

import type { OverrideAsk, StandingOverride } from '../../core/index.ts';

/** What the model said of the period when it was overridden. */
export interface OverrideSaid {
  /** `baseline` where no version answered. */
  readonly versionId: string;
  readonly version: number | null;
  readonly source: string;
  /** Newest closed period of the series then. */
  readonly cutoff: number;
  /** Units. */
  readonly mean: number;
  readonly levels: readonly number[];
  /** One per level, units. */
  readonly quantiles: readonly number[];
}

/** Why one does not stand any more. */
export interface OverrideEnd {
  readonly kind: 'replaced' | 'withdrawn';
  /** The override that replaced it; null = none did. */
  readonly replacedBy: string | null;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** One series and period. */
export interface OverrideRecord extends StandingOverride {
  /** Its place in the ledger of all projects. */
  readonly seq: number;
  /** What was said together has one. */
  readonly changeId: string;
  readonly project: string;
  readonly seriesId: string;
  readonly asked: OverrideAsk;
  /** The override that it replaced. */
  readonly replaces: string | null;
  readonly said: OverrideSaid;
  /** Null = it stands. */
  readonly end: OverrideEnd | null;
}

/** What somebody says at once of one series. */
export interface OverrideChange {
  readonly id: string;
  readonly project: string;
  readonly seriesId: string;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

export interface OverrideSetting extends OverrideChange {
  /** What makes sending it again change nothing; null = nothing does. */
  readonly key: string | null;
  /** Of all that was asked for. */
  readonly contentHash: string;
  readonly sets: readonly Pick<OverrideRecord, 'id' | 'period' | 'value' | 'asked' | 'said'>[];
}

/** The newest that the ledger says of a series and period; `standing` undefined = nothing stands there since. */
export interface OverrideWord {
  readonly seq: number;
  readonly seriesId: string;
  readonly period: number;
  readonly standing: StandingOverride | undefined;
}

export interface OverrideStore {
  /**
   * Durable when it resolves, with the event that tells of it. What stands of these periods is replaced.
   * @returns its records as they are now, by period; `replayed` = the key and content were there already
   * @throws AppError `overrides/key-reused`
   */
  setOverrides(setting: OverrideSetting): Promise<{ records: OverrideRecord[]; replayed: boolean }>;
  /** Was the key used before? */
  hasOverrideKey(project: string, key: string): Promise<boolean>;
  /**
   * Ends overrides of one series, all or none.
   * @param change of its own: a withdrawal is an entry like any other
   * @throws AppError `overrides/not-standing` when one of them has ended meanwhile
   */
  withdrawOverrides(change: OverrideChange, ids: readonly string[]): Promise<OverrideRecord[]>;
  /** By id of an override, or of the change that set several; by period. */
  findOverrides(project: string, id: string): Promise<OverrideRecord[]>;
  /** Newest first. Cost: O(limit), or O(overrides of the series) */
  listOverrides(
    project: string,
    options: {
      readonly beforeSeq: number;
      readonly seriesId?: string | undefined;
      readonly limit: number;
    },
  ): Promise<OverrideRecord[]>;
  /** Those that stand, of periods in a range, by period then `seq`, ascending; `after` continues. */
  standingOverrides(
    project: string,
    options: {
      readonly periodMin: number;
      readonly periodMax: number;
      readonly seriesId?: string | undefined;
      readonly after?: { readonly period: number; readonly seq: number } | undefined;
      readonly limit: number;
    },
  ): Promise<OverrideRecord[]>;
  /** The place of the newest entry of a project; 0 = there is none. */
  lastOverrideSeq(project: string): Promise<number>;
  /** What the ledger says after an entry, in its order: who knows all words so far knows what stands. */
  overrideWords(
    project: string,
    options: { readonly afterSeq: number; readonly periodMin: number; readonly limit: number },
  ): Promise<OverrideWord[]>;
}
