// One thing that `doctor` looked at.

export interface Check {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do; only with a warning or a failure. */
  readonly hint?: string;
}
