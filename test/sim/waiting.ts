// What cannot hold yet, and the fix that each waits for. When the fix is there its line goes.

import type { Invariant } from './invariants.ts';
import { type RowKind, rowKinds } from './rows.ts';

/** Invariants that are not looked at. */
export const waitingFor: Partial<Readonly<Record<Invariant, string>>> = {};

/** Rows that are not sent: what they do would hide everything else. */
const notSent: Partial<Readonly<Record<RowKind, string>>> = {};

/** What may be wrong with a row. */
export const badKinds: readonly RowKind[] = rowKinds.filter((kind) => kind !== 'plain' && kind !== 'null');
export const badKindsSent: readonly RowKind[] = badKinds.filter((kind) => notSent[kind] === undefined);
