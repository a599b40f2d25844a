// Batches that nobody sent: what the product itself commits in the order of batches.

import type { BatchRecord } from '../../storage/ports/index.ts';

type Counted =
  | 'rowsAccepted'
  | 'rowsPlanned'
  | 'rowsDescribed'
  | 'rowsDuplicate'
  | 'rowsReplaced'
  | 'rowsAdded'
  | 'rowsQuarantined'
  | 'quarantinedByCode'
  | 'quarantineHash'
  | 'periodMin'
  | 'periodMax'
  | 'closesThrough'
  | 'openFrom'
  | 'sealed';

/** What such a batch counts, where it brings no row. */
export const withoutRows: Pick<BatchRecord, Counted> = {
  rowsAccepted: 0,
  rowsPlanned: 0,
  rowsDescribed: 0,
  rowsDuplicate: 0,
  rowsReplaced: 0,
  rowsAdded: 0,
  rowsQuarantined: 0,
  quarantinedByCode: {},
  quarantineHash: null,
  periodMin: null,
  periodMax: null,
  closesThrough: null,
  openFrom: null,
  sealed: true,
};
