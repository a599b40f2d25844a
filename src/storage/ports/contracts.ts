// What data contracts came to when they were asked last: one record per project and kind of asking, however many batches come.

import type { EventData } from '../../core/index.ts';

export type FailedCheck = EventData['contract.failed']['checks'][number];

/** What the checks of a contract came to once. */
export interface ContractLook {
  /** UTC milliseconds. */
  readonly at: number;
  /** Of the contract, as it says itself. */
  readonly version: string;
  /** The batch that was looked at; null where it was refused as a whole, and of what is stored. */
  readonly batchId: string | null;
  /** Where the rows came from, as the record of a batch names it. */
  readonly source: string;
  readonly refused: boolean;
  readonly passed: number;
  readonly notChecked: number;
  /** The first of those that failed, and how many more did. */
  readonly failed: readonly FailedCheck[];
  readonly others: number;
}

/** The last batch; the last batch of which a check failed; the last look at what is stored. */
export type ContractLookKind = 'batch' | 'failed batch' | 'stored';

export interface ContractStore {
  /** Takes the place of the look of this kind before it, and a batch that failed also that of the failed one. */
  noteContractLook(project: string, kind: 'batch' | 'stored', look: ContractLook): Promise<void>;

  /** Of all projects. */
  contractLooks(): Promise<(ContractLook & { readonly project: string; readonly kind: ContractLookKind })[]>;
}
