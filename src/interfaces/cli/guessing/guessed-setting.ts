// A guess about a setting of the project, with its reason, because the user has to check it.

export interface Guess {
  /** Setting of the project, such as `columns.time`. */
  readonly setting: string;
  readonly value: string;
  readonly reason: string;
}
