// How a version comes to be loaded: one that has served as it is, one that has not once it has proved that it can.

import type { Project } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import { walkBack } from '../registry/index.ts';
import type { LoadedVersion } from './loaded-versions.ts';
import { reasonToRefuse } from './proof.ts';
import type { RecentRequests } from './recent-requests.ts';
import type { ServedModel } from './served-model.ts';
import type { VersionSource } from './sources.ts';
import { type Failure, isFailure, loadOr, tryVersion } from './trial.ts';
import type { VersionLoader } from './version-loader.ts';

export interface VersionIntakeOptions {
  readonly project: Project;
  readonly versions: VersionSource;
  readonly loader: VersionLoader;
  readonly requests: RecentRequests;
  readonly breathe: () => Promise<void>;
  readonly elapsedMs: () => number;
}

export class VersionIntake {
  readonly #options: VersionIntakeOptions;

  constructor(options: VersionIntakeOptions) {
    this.#options = options;
  }

  /**
   * Loads a version and has it prove that it can serve, where it has not.
   * @param serving what serves now, if anything does
   */
  async take(named: VersionRecord, serving: ServedModel | undefined): Promise<LoadedVersion | Failure> {
    const { versions, loader, requests } = this.#options;
    // Whatever it was refused for may only show with requests.
    if (named.refusal !== null && requests.all().length === 0)
      return { reason: named.refusal.reason, refused: true };
    const isProven = named.provenAt !== null && named.refusal === null;
    if (isProven && !serving?.version) {
      // It served before: better it than an older one, and somebody should know.
      const served = await loadOr(loader, named);
      return isFailure(served) ? served : { served, changed: served.model.goldenFault?.() };
    }
    const tried = await this.tried(named, serving);
    if (isFailure(tried)) {
      if (tried.refused) await versions.markRefused(named.id, tried.reason);
      return tried;
    }
    await versions.markProven(named.id);
    return { served: tried, changed: undefined };
  }

  /** The version, up to date and fit to serve, or what speaks against it; see `tryVersion`. */
  tried(version: VersionRecord, serving: ServedModel | undefined): Promise<ServedModel | Failure> {
    const { loader, requests, breathe, elapsedMs } = this.#options;
    return tryVersion(version, { loader, requests: requests.all(), breathe, elapsedMs, serving });
  }

  /** The last version before the champion that can be loaded; none of them may have been refused. */
  async former(): Promise<ServedModel | undefined> {
    const { versions, project, loader, breathe } = this.#options;
    return await walkBack(await versions.formerChampions(project.name), async (version) => {
      const loaded = await loader.load(version);
      const mayServe =
        version.provenAt !== null || (await reasonToRefuse(loaded, undefined, breathe)) === undefined;
      return mayServe ? loaded : undefined;
    });
  }
}
