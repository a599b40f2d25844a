// Model versions and the aliases by which they are used. A version is what one run learnt from one snapshot; its
// artifact is checked against its hash every time it is loaded.

import { type Actor, AppError, type Clock, type IdSource, type Routing, soleArm } from '../../core/index.ts';
import type {
  AliasChange,
  BlobRef,
  BlobStore,
  JsonObject,
  PredictionRecord,
  RegistryStore,
  VersionRecord,
} from '../../storage/ports/index.ts';
import { checkAlias } from './alias.ts';
import { explainPrediction, findPrediction, type LineageStore, type PredictionLineage } from './lineage.ts';
import { walkBack } from './walk-back.ts';

export interface RegistryOptions {
  readonly store: RegistryStore & LineageStore;
  readonly blobs: Pick<BlobStore, 'put' | 'get'>;
  readonly ids: IdSource;
  readonly clock: Clock;
}

export interface VersionDraft {
  readonly project: string;
  readonly runId: string;
  readonly snapshotId: string;
  /** The bytes, or where they have been put already. */
  readonly artifact: Uint8Array | BlobRef;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly gate: JsonObject | null;
}

export interface FileDraft {
  readonly name: string;
  readonly file: Uint8Array;
  /** What the model takes and gives, as the inference room writes it. */
  readonly signature: JsonObject;
}

/** Who moves an alias, and why: kept in its history. */
export interface AliasCause {
  readonly by: Actor;
  readonly reason: string;
}

/** Changes of an alias looked at for versions to go back to. */
const formerMax = 1000;

export class Registry {
  readonly #options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Adds a version under the project's next number. Registering the same run again returns the version it has. */
  async register(draft: VersionDraft): Promise<VersionRecord> {
    const { store, blobs, ids, clock } = this.#options;
    const { artifact } = draft;
    const ref = artifact instanceof Uint8Array ? await blobs.put(artifact) : artifact;
    return await store.addVersion({
      id: ids.next('ver'),
      kind: 'forecaster',
      signature: null,
      project: draft.project,
      runId: draft.runId,
      snapshotId: draft.snapshotId,
      artifactHash: ref.hash,
      artifactBytes: ref.sizeBytes,
      createdAt: clock.now(),
      metrics: draft.metrics,
      gate: draft.gate,
    });
  }

  /**
   * Adds a version of a model that no project trained. The same file with the same signature returns the version it has.
   * @throws AppError `store/name-taken` when a project has that name
   */
  async registerFile(draft: FileDraft): Promise<VersionRecord> {
    const { store, blobs, ids, clock } = this.#options;
    const { hash, sizeBytes } = await blobs.put(draft.file);
    return await store.addVersion({
      id: ids.next('ver'),
      kind: 'onnx',
      project: draft.name,
      runId: null,
      snapshotId: null,
      artifactHash: hash,
      artifactBytes: sizeBytes,
      createdAt: clock.now(),
      metrics: {},
      gate: null,
      signature: draft.signature,
    });
  }

  /** Names of models that no project trained, ascending. */
  async registeredNames(): Promise<string[]> {
    return await this.#options.store.listVersionNames('onnx');
  }

  /** Notes that a version can serve, as a proof of it found. */
  async markProven(versionId: string): Promise<void> {
    await this.#options.store.markProven(versionId, this.#options.clock.now());
  }

  /** Notes why a version must not serve; told as event `swap.refused`. */
  async markRefused(versionId: string, reason: string): Promise<void> {
    await this.#options.store.markRefused(versionId, { at: this.#options.clock.now(), reason });
  }

  /** Stores what a gate found, with its numbers. */
  async setGate(versionId: string, gate: JsonObject): Promise<void> {
    await this.#options.store.setVersionGate(versionId, gate);
  }

  /**
   * Points an alias at a version; servers that follow it swap. Pointing it where it points already changes nothing.
   * @throws AppError `registry/bad-alias`; `registry/unknown-version` when the project has no such version
   */
  async setAlias(project: string, alias: string, versionId: string, cause: AliasCause): Promise<AliasChange> {
    checkAlias(alias);
    const { store, clock } = this.#options;
    const version = await this.get(versionId);
    if (version.project !== project) throw unknownVersion(versionId, project);
    return await store.setAlias({ project, alias, versionId, at: clock.now(), ...cause });
  }

  /** Takes an alias away. */
  async removeAlias(project: string, alias: string, cause: AliasCause): Promise<AliasChange> {
    const { store, clock } = this.#options;
    return await store.setAlias({ project, alias, versionId: 'none', at: clock.now(), ...cause });
  }

  /** The version that is to serve; undefined before the first promotion. */
  async champion(project: string): Promise<VersionRecord | undefined> {
    return await this.#options.store.getAlias(project, 'champion');
  }

  /** How requests are divided among versions, the same for every process: a promotion gives all of them to the champion. */
  async routing(project: string): Promise<Routing | undefined> {
    const champion = await this.champion(project);
    return champion && soleArm(champion.number);
  }

  async alias(project: string, alias: string): Promise<VersionRecord | undefined> {
    return await this.#options.store.getAlias(project, alias);
  }

  /** @throws AppError `registry/unknown-version` */
  async get(versionId: string): Promise<VersionRecord> {
    const version = await this.#options.store.getVersion(versionId);
    if (version === undefined) throw unknownVersion(versionId);
    return version;
  }

  /** @throws AppError `registry/unknown-version` */
  async version(project: string, number: number): Promise<VersionRecord> {
    const version = await this.#options.store.getVersionByNumber(project, number);
    if (version === undefined) throw unknownVersion(String(number), project);
    return version;
  }

  /**
   * The version a person means: its number (`3`), its id, or an alias (`champion`).
   * @throws AppError `registry/unknown-version`
   */
  async find(project: string, name: string): Promise<VersionRecord> {
    const { store } = this.#options;
    const found = /^\d+$/.test(name)
      ? await store.getVersionByNumber(project, Number(name))
      : ((await store.getAlias(project, name)) ?? (await store.getVersion(name)));
    if (found === undefined || found.project !== project) throw unknownVersion(name, project);
    return found;
  }

  /** Newest first. */
  async list(project: string, limit = 100): Promise<VersionRecord[]> {
    return await this.#options.store.listVersions(project, limit);
  }

  async aliases(project: string): Promise<readonly { alias: string; versionId: string }[]> {
    return await this.#options.store.listAliases(project);
  }

  /** Who moved an alias when and why, newest first. */
  async aliasHistory(project: string, alias: string, limit = 100): Promise<AliasChange[]> {
    return await this.#options.store.aliasHistory(project, alias, limit);
  }

  /**
   * Versions that were champion before the present one and may serve in its place, newest promotion first: one that a proof
   * refused is none of them.
   */
  async formerChampions(project: string): Promise<VersionRecord[]> {
    const [now, ...before] = await this.aliasHistory(project, 'champion', formerMax);
    const ids = new Set(before.map(({ versionId }) => versionId));
    ids.delete('none');
    if (now !== undefined) ids.delete(now.versionId);
    const versions = await Promise.all([...ids].map((id) => this.get(id)));
    return versions.filter(({ refusal }) => refusal === null);
  }

  /**
   * Where a rollback goes: the last of the former champions.
   * @throws AppError `registry/no-earlier-champion`
   */
  async previousChampion(project: string): Promise<VersionRecord> {
    const [last] = await this.formerChampions(project);
    if (last !== undefined) return last;
    throw new AppError('registry/no-earlier-champion', `${project} has no earlier champion to go back to`);
  }

  /** @throws AppError `store/blob-missing`, `store/blob-corrupt`, `registry/model-removed`: a damaged artifact is never used. */
  async loadArtifact(version: VersionRecord): Promise<Uint8Array> {
    refuseRemoved(version);
    return await this.#options.blobs.get(version.artifactHash);
  }

  /**
   * What serves, as far as can be told from here: the champion, or the last version before it, that no proof refused and whose
   * artifact is whole.
   */
  async loadServing(project: string): Promise<{ version: VersionRecord; artifact: Uint8Array } | undefined> {
    const champion = await this.champion(project);
    if (champion === undefined) return undefined;
    const named = champion.refusal === null ? [champion] : [];
    const wanted = [...named, ...(await this.formerChampions(project))];
    return await walkBack(wanted, async (version) => ({
      version,
      artifact: await this.loadArtifact(version),
    }));
  }

  /**
   * A forecast as it was answered.
   * @throws AppError `registry/unknown-prediction`
   */
  async prediction(id: string): Promise<PredictionRecord> {
    return await findPrediction(this.#options.store, id);
  }

  /**
   * Walks back from a forecast to the data it came from.
   * @throws AppError `registry/unknown-prediction`
   */
  async why(predictionId: string): Promise<PredictionLineage> {
    return await explainPrediction(this.#options.store, predictionId);
  }
}

function refuseRemoved({ number, project, artifactRemovedAt }: VersionRecord): void {
  if (artifactRemovedAt === undefined) return;
  throw new AppError(
    'registry/model-removed',
    `the model of version ${number} of ${project} was removed on ${new Date(artifactRemovedAt).toISOString().slice(0, 10)}, because of its age`,
  );
}

function unknownVersion(name: string, project?: string): AppError {
  const where = project === undefined ? '' : ` of ${project}`;
  return new AppError('registry/unknown-version', `there is no version ${name}${where}`);
}
