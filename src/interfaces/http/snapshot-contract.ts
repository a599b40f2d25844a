// The API's types of what two snapshots differ in: part of `contract.ts`, which is where to import them from.

export type { ShownSnapshotDiff as SnapshotDiff } from '../../core/index.ts';
