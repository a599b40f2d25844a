// Versions and the aliases that point to them.

import type { JsonObject } from './json.ts';

export interface VersionRecord {
  readonly id: string;
  /** `forecaster`: trained by a project; `onnx`: a file that somebody registered. */
  readonly kind: 'forecaster' | 'onnx';
  /** The project, or the name the model was registered under; both share one namespace. */
  readonly project: string;
  /** Counts up from 1 per project, never reused. */
  readonly number: number;
  /** What it was trained by and on; null for what no project trained. */
  readonly runId: string | null;
  readonly snapshotId: string | null;
  readonly artifactHash: string;
  readonly artifactBytes: number;
  readonly createdAt: number;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Gate results that led to its stage; the last one decides. */
  readonly gate: JsonObject | null;
  /** What a registered model takes and gives; null for forecasters. */
  readonly signature: JsonObject | null;
  /** When its model was removed because of its age; absent = it is kept. */
  readonly artifactRemovedAt?: number | undefined;
  /** When it first proved that it can serve; null = it never has. */
  readonly provenAt: number | null;
  /** Why it must not serve, as the last proof of it found; null = nothing speaks against it. */
  readonly refusal: Refusal | null;
}

/** A version as it is added: nothing has been proven of it. */
export type VersionDraft = Omit<VersionRecord, 'number' | 'provenAt' | 'refusal'>;

/** What a proof found against a version. */
export interface Refusal {
  readonly at: number;
  readonly reason: string;
}

/** `none` as version id takes an alias away. */
export interface AliasChange {
  readonly seq: number;
  readonly project: string;
  readonly alias: string;
  readonly versionId: string;
  readonly at: number;
  /** See `Actor`; older ones name a person or a part of the system. */
  readonly by: string;
  readonly reason: string;
}

export interface RegistryStore {
  /**
   * One transaction: number, record, event `version.registered`. Registering the same run twice, or the same file with the
   * same signature, returns the first version. `store/name-taken` when a project has the name of a registered model, or
   * the other way round.
   */
  addVersion(version: VersionDraft): Promise<VersionRecord>;
  /** Replaces the gate results of a version; `store/conflict` when it does not exist. */
  setVersionGate(id: string, gate: JsonObject): Promise<void>;
  /** Notes that a version can serve: a refusal no longer stands, the first time stays. `store/conflict` when it does not exist. */
  markProven(id: string, at: number): Promise<void>;
  /** One transaction: the refusal, event `swap.refused`. The same reason again changes nothing; `store/conflict` as above. */
  markRefused(id: string, refusal: Refusal): Promise<void>;
  getVersion(id: string): Promise<VersionRecord | undefined>;
  getVersionByNumber(project: string, number: number): Promise<VersionRecord | undefined>;
  /** Newest first. */
  listVersions(project: string, limit: number): Promise<VersionRecord[]>;
  /** Names with versions of a kind, ascending. */
  listVersionNames(kind: VersionRecord['kind']): Promise<string[]>;
  /** One transaction: the alias, its history, event `alias.changed`. Setting what is set already changes nothing. */
  setAlias(change: Omit<AliasChange, 'seq'>): Promise<AliasChange>;
  getAlias(project: string, alias: string): Promise<VersionRecord | undefined>;
  listAliases(project: string): Promise<readonly { alias: string; versionId: string }[]>;
  /** Newest first. */
  aliasHistory(project: string, alias: string, limit: number): Promise<AliasChange[]>;
}
