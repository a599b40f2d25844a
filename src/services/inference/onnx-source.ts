// The registered ONNX models that serve in this process: champions, and other versions asked for by number. Follows the
// event log, so that a promotion by any process is in effect here within a poll: load, compare, then swap one pointer.

import { AppError, isAppError } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { Subscriber } from '../feed/index.ts';
import type { Timers } from '../jobs/index.ts';
import { type Registry, walkBack } from '../registry/index.ts';
import { BackOff } from '../serving/index.ts';
import type { IndexEntry, InferenceModel, ModelSource } from './model.ts';
import { onnxModel } from './onnx-model.ts';
import type { OnnxPool } from './onnx-pool.ts';
import type { PooledModel } from './onnx-pool-options.ts';
import { signatureOf } from './onnx-signature.ts';

export interface OnnxSourceOptions {
  readonly registry: Pick<
    Registry,
    'champion' | 'formerChampions' | 'find' | 'registeredNames' | 'loadArtifact'
  >;
  readonly pool: OnnxPool;
  readonly timers: Timers;
  readonly log: { error(fields: object, message: string): void };
}

/** What is known of one name. */
interface Entry {
  /** Answers; undefined while none is loaded. */
  model: Loaded | undefined;
  /** Why the champion is not the one that answers; '' when it is. */
  reason: string;
  /** By hand: stays away until `load`. */
  unloaded: boolean;
  /** Changes of one name come one after the other. */
  turn: Promise<void>;
}

interface Loaded {
  readonly version: VersionRecord;
  readonly pooled: PooledModel;
  readonly model: InferenceModel;
}

/** Versions asked for by number, beside the champions, that stay loaded. */
const othersMax = 8;

export class OnnxSource implements ModelSource {
  readonly #options: OnnxSourceOptions;
  readonly #entries = new Map<string, Entry>();
  /** By version id, least recently asked for first. */
  readonly #others = new Map<string, Promise<Loaded>>();
  readonly #again: BackOff<string>;
  #stopped = false;
  /** Brings a name to its champion whenever that changes. Loading one takes as long as it takes: others need not wait. */
  readonly subscriber: Subscriber<'alias.changed'> = {
    name: 'registered models',
    kinds: ['alias.changed'],
    projectsAtOnce: 8,
    apply: async ({ project, events }) => {
      const isPromoted = events.length === 0 || events.some(({ data }) => data.alias === 'champion');
      if (isPromoted) await this.#follow(project);
    },
  };

  constructor(options: OnnxSourceOptions) {
    this.#options = options;
    this.#again = new BackOff(options.timers);
  }

  /** No request is under way any more, and nobody follows. */
  stop(): void {
    this.#stopped = true;
    this.#again.stop();
    this.#options.pool.close();
  }

  async index(): Promise<readonly IndexEntry[]> {
    const names = await this.#options.registry.registeredNames();
    const entries = await Promise.all(
      names.map(async (name): Promise<IndexEntry | undefined> => {
        const entry = this.#entries.get(name);
        const version = entry?.model?.version ?? (await this.#options.registry.champion(name));
        if (version === undefined) return undefined;
        return { name, version: String(version.number), ...stateOf(entry) };
      }),
    );
    return entries.filter((entry) => entry !== undefined);
  }

  async find(name: string, version?: string): Promise<InferenceModel | undefined> {
    const entry = this.#entries.get(name) ?? (await this.#follow(name));
    if (entry?.unloaded) throw notReady(name, 'it was unloaded by request');
    if (entry?.model === undefined) await entry?.turn;
    if (version === undefined || version === String(entry?.model?.version.number)) {
      if (entry === undefined) return undefined;
      if (entry.model === undefined) throw notReady(name, entry.reason);
      return entry.model.model;
    }
    return (await this.#other(name, version))?.model;
  }

  /**
   * Tries a version beside the one that serves, and keeps it loaded for its promotion.
   * @returns why it must not serve; undefined when it may
   * @throws AppError `store/unavailable`, `store/busy`: nothing was found out
   */
  async prove(version: VersionRecord): Promise<string | undefined> {
    try {
      await this.#other(version.project, version.id);
      return undefined;
    } catch (error) {
      if (isAppError(error, 'store/unavailable') || isAppError(error, 'store/busy')) throw error;
      return messageOf(error);
    }
  }

  async load(name: string): Promise<boolean> {
    const entry = await this.#follow(name, { again: true });
    if (entry === undefined) return false;
    if (entry.model === undefined || entry.reason !== '')
      throw new AppError('inference/load-refused', `${name} was not loaded: ${entry.reason}`);
    return true;
  }

  async unload(name: string): Promise<boolean> {
    const entry = this.#entries.get(name) ?? (await this.#follow(name));
    if (entry === undefined) return false;
    const { model } = entry;
    entry.unloaded = true;
    entry.model = undefined;
    if (model !== undefined) await this.#options.pool.unload(model.pooled.key);
    return true;
  }

  /**
   * Brings a name to its champion of now; undefined when it has none or is a project.
   * @param options.again forget that it was unloaded by hand
   */
  async #follow(name: string, { again = false } = {}): Promise<Entry | undefined> {
    const champion = await this.#options.registry.champion(name);
    const known = this.#entries.get(name);
    if (known === undefined && champion?.kind !== 'onnx') return undefined;
    const entry = known ?? { model: undefined, reason: '', unloaded: false, turn: Promise.resolve() };
    this.#entries.set(name, entry);
    if (again) entry.unloaded = false;
    // The alias may have moved on while it waited for its turn: what counts is where it points then.
    entry.turn = entry.turn.then(async () => this.#swap(entry, await this.#options.registry.champion(name)));
    await entry.turn;
    if (entry.model === undefined && champion === undefined) this.#entries.delete(name);
    return champion === undefined ? undefined : entry;
  }

  /** Never rejects: what serves goes on when the new version is refused, and the new one is tried again. */
  async #swap(entry: Entry, champion: VersionRecord | undefined): Promise<void> {
    if (entry.unloaded || champion?.id === entry.model?.version.id) return;
    const old = entry.model;
    try {
      entry.model = champion === undefined ? undefined : await this.#taken(champion);
      entry.reason = '';
      if (champion !== undefined) this.#again.done(champion.project);
      if (old !== undefined) await this.#options.pool.unload(old.pooled.key);
    } catch (error) {
      const reason = `version ${champion?.number}: ${messageOf(error)}`;
      if (reason !== entry.reason)
        this.#options.log.error({ model: champion?.project, reason }, 'a model was not loaded');
      entry.reason = reason;
      if (champion === undefined) return;
      entry.model ??= await this.#former(champion.project);
      if (!this.#stopped) this.#again.later(champion.project, () => void this.#follow(champion.project));
    }
  }

  /** A version that has been tried is there already. */
  async #taken(champion: VersionRecord): Promise<Loaded> {
    const tried = this.#others.get(champion.id);
    this.#others.delete(champion.id);
    return await (tried ?? this.#opened(champion));
  }

  /** The last version before the champion that can be loaded; undefined when there is none, or nobody can tell just now. */
  async #former(name: string): Promise<Loaded | undefined> {
    try {
      const versions = await this.#options.registry.formerChampions(name);
      return await walkBack(versions, (version) => this.#taken(version));
    } catch (error) {
      // Whoever asked for the champion comes back for it, and so for this.
      this.#options.log.error({ model: name, reason: messageOf(error) }, 'earlier versions cannot be read');
      return undefined;
    }
  }

  /** A version beside the champion, by number, id or alias. */
  async #other(name: string, which: string): Promise<Loaded | undefined> {
    const version = await this.#options.registry.find(name, which).catch((error: unknown) => {
      if (isAppError(error, 'registry/unknown-version')) return undefined;
      throw error;
    });
    if (version?.kind !== 'onnx') return undefined;
    const champion = this.#entries.get(name)?.model;
    if (champion?.version.id === version.id) return champion;
    const loading = this.#others.get(version.id) ?? this.#opened(version);
    this.#others.delete(version.id);
    this.#others.set(version.id, loading);
    const [oldest] = this.#others.keys();
    if (this.#others.size > othersMax && oldest !== undefined) {
      this.#others.delete(oldest);
      void this.#options.pool.unload(oldest);
    }
    return await loading.catch((error: unknown) => {
      this.#others.delete(version.id);
      throw error;
    });
  }

  async #opened(version: VersionRecord): Promise<Loaded> {
    const { pool, registry } = this.#options;
    const signature = signatureOf(version.signature);
    if (signature === undefined)
      throw new AppError(
        'inference/load-refused',
        `version ${version.number} has no signature this version reads`,
      );
    const pooled: PooledModel = {
      key: version.id,
      signature,
      // The registry compares the bytes with their hash every time.
      file: () => registry.loadArtifact(version),
    };
    const { plan } = await pool.load(pooled);
    return { version, pooled, model: onnxModel(version, { pool, model: pooled, plan }) };
  }
}

function stateOf(entry: Entry | undefined): Pick<IndexEntry, 'state' | 'reason' | 'refused'> {
  if (entry?.unloaded) return { state: 'UNAVAILABLE', reason: 'unloaded by request' };
  if (entry?.model !== undefined)
    return { state: 'READY', reason: entry.reason, ...(entry.reason === '' ? {} : { refused: true }) };
  if (entry === undefined || entry.reason === '') return { state: 'LOADING', reason: 'it is being loaded' };
  return { state: 'UNAVAILABLE', reason: entry.reason, refused: true };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function notReady(name: string, why: string): AppError {
  return new AppError('inference/not-ready', `model ${name} is not ready: ${why}`);
}
