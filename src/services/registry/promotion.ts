// The one way by which a version comes to serve: it proves that it can, in every serving process that can be reached; then the
// alias moves; then those processes follow it. A version that does not prove leaves everything as it was, and says why.

import { AppError } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { AliasCause, Registry } from './registry.ts';

/** The processes that serve, as far as they can be reached from here. */
export interface ServingProcesses {
  /**
   * Has each of them load a version beside the one that serves, and try it.
   * @returns why one of them cannot take it in; undefined when all can
   * @throws AppError where nothing was found out about the version: the store does not answer, or one of them does not
   */
  prove(version: VersionRecord): Promise<string | undefined>;
  /** Resolves when they serve by the alias as it now stands, or have not within a second. */
  follow(project: string): Promise<void>;
}

export interface PromotionOptions {
  readonly registry: Pick<Registry, 'setAlias' | 'previousChampion' | 'markProven' | 'markRefused'>;
  readonly processes: ServingProcesses;
}

export class Promotion {
  readonly #options: PromotionOptions;

  constructor(options: PromotionOptions) {
    this.#options = options;
  }

  /**
   * Makes a version the champion.
   * @throws AppError `serving/swap-refused` when it does not prove that it can serve: the alias stays, the refusal is kept with
   * the version
   */
  async promote(version: VersionRecord, cause: AliasCause): Promise<void> {
    const { registry, processes } = this.#options;
    const { id, number, project } = version;
    const refusal = await processes.prove(version);
    if (refusal !== undefined) {
      await registry.markRefused(id, refusal);
      throw new AppError(
        'serving/swap-refused',
        `version ${number} of ${project} does not serve: ${refusal}`,
        { details: { versionId: id, reason: refusal } },
      );
    }
    await registry.markProven(id);
    await registry.setAlias(project, 'champion', id, cause);
    await processes.follow(project);
  }

  /** Resolves when the processes serve by the alias as it stands; see `ServingProcesses`. */
  async follow(project: string): Promise<void> {
    await this.#options.processes.follow(project);
  }

  /**
   * Makes the champion before the present one serve again, in the same way.
   * @throws AppError `registry/no-earlier-champion`; as `promote`
   */
  async rollback(project: string, cause: AliasCause): Promise<VersionRecord> {
    const version = await this.#options.registry.previousChampion(project);
    await this.promote(version, cause);
    return version;
  }
}
