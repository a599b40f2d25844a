// What is answered of how a project stands, whatever door it is asked through. Types only.

/** What wrong forecasts are expected to cost over the horizon. */
export interface MoneyAtRisk {
  /** The column of the price; null = the project has none. */
  column: string | null;
  /** Sum over series of price × mean absolute error × steps of the horizon; null = unknown. */
  amount: number | null;
  /** Why it is unknown; null where it is known. */
  reason: string | null;
  /** The same in units, whatever they cost; null = no forecast has met its demand. */
  units: number | null;
  horizonSteps: number;
  /** Series that it is the sum of, and labels that their errors are the mean of. */
  series: number;
  labels: number;
  /** Series left out: no price of them is known; no forecast of them has met its demand. */
  unpriced: number;
  ungraded: number;
}

export interface ProjectStanding {
  /** What is to serve, since when, and why it took the place of the version before; null = no version was let in yet. */
  serving: {
    version: number;
    since: string;
    reason: string;
    by: string;
    /** The version that served before; null = none, or it is gone. */
    before: number | null;
  } | null;
  /** `at`: when it ended, or where it has not, when it was put in. */
  lastTraining: {
    job: string;
    state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
    at: string;
    reason: string | null;
  } | null;
  next: {
    /** By the schedule; null = there is none. */
    at: string | null;
    /** What each trigger that is switched on waits for. */
    waits: { trigger: string; due: boolean; reason: string }[];
  };
  /** What serves beside the champion before it, at the gate: on demand that both were asked for and neither had learnt from. */
  againstLast: {
    /** Of the champion before; null = it is gone. */
    version: number | null;
    /** Series and origins that both forecast. */
    folds: number;
    wape: number;
    wapeBefore: number;
  } | null;
  /** Why there is nothing to compare with; null where there is. */
  againstLastReason: string | null;
  maturity: {
    /** 0 to 4: all steps up to it are reached. */
    level: number;
    name: string;
    /** What to do next; null = nothing that this version has is left to switch on. */
    next: string | null;
    steps: { level: number; name: string; reached: boolean; because: string }[];
  };
}
