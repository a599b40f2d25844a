// Registering ONNX files: checked by running them, stored as versions of a model that no project trained.

import { type Actor, AppError } from '../../core/index.ts';
import type { JsonObject, VersionRecord } from '../../storage/ports/index.ts';
import type { Timers } from '../jobs/index.ts';
import { checkAlias, type Promotion, type Registry } from '../registry/index.ts';
import { checkInThread } from './onnx-check-thread.ts';
import { onnxPoolDefaults } from './onnx-pool-options.ts';
import { type OnnxSignature, parseSignature, signatureOf } from './onnx-signature.ts';

export interface OnnxModelsOptions {
  readonly registry: Pick<
    Registry,
    'registerFile' | 'registeredNames' | 'find' | 'list' | 'aliases' | 'setAlias' | 'previousChampion' | 'get'
  >;
  /** How a version comes to serve. */
  readonly promotion: Pick<Promotion, 'promote'>;
  readonly timers: Timers;
  /** Largest file taken. */
  readonly fileBytesMax?: number;
  readonly memoryBytesMax?: number;
  readonly checkTimeoutMs?: number;
}

export interface Registration {
  readonly name: string;
  readonly file: Uint8Array;
  /** As users write it; see `parseSignature`. Absent = what the file says itself. */
  readonly signature?: unknown;
  /** Pointed at the version once it is registered. */
  readonly alias?: string | undefined;
  readonly by: Actor;
}

/** A version with what it takes and gives. */
export interface RegisteredVersion {
  readonly version: VersionRecord;
  readonly signature: OnnxSignature;
  readonly aliases: readonly string[];
}

/** As projects are called: part of URLs and of file names. */
const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
export const onnxFileBytesMax: number = 512 * 1024 * 1024;
const checksAtOnceMax = 2;

export class OnnxModels {
  readonly #options: OnnxModelsOptions;
  #checks = 0;

  constructor(options: OnnxModelsOptions) {
    this.#options = options;
  }

  /**
   * Checks a file in a thread of its own and adds it as the next version of the name. Nothing is stored when it is refused.
   * @throws AppError `onnx/…` with the reason, `store/name-taken`, `inference/overloaded`
   */
  async register({ name, file, signature, alias, by }: Registration): Promise<RegisteredVersion> {
    checkNames(name, alias, file.length, this.#options.fileBytesMax ?? onnxFileBytesMax);
    const user = parseSignature(signature ?? {});
    const found = await this.#checked(file, user);
    const { registry } = this.#options;
    const version = await registry.registerFile({
      name,
      file,
      signature: found as unknown as JsonObject,
    });
    if (alias !== undefined) await this.#point(version, { alias, by, reason: 'registered under this alias' });
    return await this.#withAliases(version);
  }

  async #checked(file: Uint8Array, user: ReturnType<typeof parseSignature>): Promise<OnnxSignature> {
    if (this.#checks >= checksAtOnceMax) {
      const text = `${this.#checks} models are being checked already`;
      throw new AppError('inference/overloaded', text, { details: { retryAfterSeconds: 5 } });
    }
    this.#checks++;
    try {
      return await checkInThread(file, user, {
        timers: this.#options.timers,
        memoryBytesMax: this.#options.memoryBytesMax ?? onnxPoolDefaults.memoryBytesMax,
        loadTimeoutMs: this.#options.checkTimeoutMs ?? onnxPoolDefaults.loadTimeoutMs,
      });
    } finally {
      this.#checks--;
    }
  }

  /** Every registered name, ascending, with its versions, newest first. */
  async list(limit = 100): Promise<{ name: string; versions: RegisteredVersion[] }[]> {
    const names = await this.#options.registry.registeredNames();
    return await Promise.all(
      names.map(async (name) => ({ name, versions: await this.versions(name, limit) })),
    );
  }

  /** Newest first; empty for a name that is none. */
  async versions(name: string, limit = 100): Promise<RegisteredVersion[]> {
    const { registry } = this.#options;
    const [versions, aliases] = await Promise.all([registry.list(name, limit), registry.aliases(name)]);
    return versions.flatMap((version) => {
      const signature = signatureOf(version.signature);
      return signature === undefined ? [] : [{ version, signature, aliases: namesFor(version, aliases) }];
    });
  }

  /**
   * Points an alias at a version; a champion has been loaded and has answered as it did when it was registered before that.
   * @param which number, id or alias
   * @throws AppError `registry/unknown-version`; `serving/swap-refused` when it does not prove that it can serve
   */
  async promote(name: string, which: string, cause: AliasMove): Promise<RegisteredVersion> {
    const { registry } = this.#options;
    const version = await registry.find(name, which);
    return await this.#moved(version, cause);
  }

  /** Makes the champion before the present one serve again. @throws AppError `registry/unknown-version` */
  async rollback(name: string, cause: Omit<AliasMove, 'alias'>): Promise<RegisteredVersion> {
    const version = await this.#options.registry.previousChampion(name);
    return await this.#moved(version, { ...cause, alias: 'champion' });
  }

  async #moved(version: VersionRecord, move: AliasMove): Promise<RegisteredVersion> {
    checkAlias(move.alias);
    if (version.kind !== 'onnx')
      throw new AppError(
        'registry/unknown-version',
        `${version.project} is a project, not a registered model`,
      );
    await this.#point(version, move);
    return await this.#withAliases(await this.#options.registry.get(version.id));
  }

  async #point(version: VersionRecord, { alias, ...cause }: AliasMove): Promise<void> {
    const { registry, promotion } = this.#options;
    if (alias === 'champion') await promotion.promote(version, cause);
    else await registry.setAlias(version.project, alias, version.id, cause);
  }

  async #withAliases(version: VersionRecord): Promise<RegisteredVersion> {
    const aliases = await this.#options.registry.aliases(version.project);
    const signature = signatureOf(version.signature) as OnnxSignature;
    return { version, signature, aliases: namesFor(version, aliases) };
  }
}

export interface AliasMove {
  readonly alias: string;
  readonly by: Actor;
  readonly reason: string;
}

function namesFor({ id }: VersionRecord, aliases: readonly { alias: string; versionId: string }[]): string[] {
  return aliases.filter(({ versionId }) => versionId === id).map(({ alias }) => alias);
}

function checkNames(name: string, alias: string | undefined, bytes: number, bytesMax: number): void {
  if (!namePattern.test(name))
    throw new AppError(
      'onnx/bad-signature',
      `"${name.slice(0, 80)}" is not a name for a model: lower-case letters, digits and hyphens, at most 64`,
    );
  if (alias !== undefined) checkAlias(alias);
  if (bytes === 0) throw new AppError('onnx/not-a-model', 'the file is empty');
  if (bytes > bytesMax)
    throw new AppError('onnx/unsupported', `the file has ${bytes} bytes; at most ${bytesMax} are taken`);
}
