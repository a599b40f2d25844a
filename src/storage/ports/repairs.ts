// Quarantined rows that were mended and sent again, as a batch of its own.

/** Row numbers from and to, inclusive. */
export type RowRange = readonly [from: number, to: number];

/** What is changed of quarantined rows before they are sent again, by the names of the columns of the project. */
export interface RowEdit {
  /** Columns that get another text; null = nothing. */
  readonly set?: Readonly<Record<string, string | null>> | undefined;
  /** Texts of columns that become other texts. */
  readonly map?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** The target is multiplied, and divided, by these. */
  readonly multiply?: number | undefined;
  readonly divide?: number | undefined;
  /** The target is divided by the factor that the row was held back for. */
  readonly rescale?: boolean | undefined;
}

export interface RepairNote {
  /** The batch whose quarantine the rows lay in. */
  readonly batchId: string;
  readonly edit: RowEdit;
  /** Taken as they are: what only looked wrong beside other rows is not asked again. */
  readonly accepted: boolean;
  /** Given up: they are no demand, and no sum waits for them. Absent = they are sent again. */
  readonly discarded?: boolean | undefined;
  /** Rows of that batch, ascending. */
  readonly rows: readonly RowRange[];
  readonly by: string;
  readonly reason: string;
}
