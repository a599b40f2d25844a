// Which version stands in where the named one cannot: the one rule, for all who load versions.

import { isAppError } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';

/** A store that does not answer says nothing against a version: whoever asked tries again. */
export function saysNothing(error: unknown): boolean {
  return isAppError(error, 'store/unavailable') || isAppError(error, 'store/busy');
}

/**
 * The first of the versions that can be loaded; whatever else one of them fails for, the one before it may be whole.
 * @param versions the most wanted first, as `Registry.formerChampions` gives them
 * @param load undefined = this one must not serve
 * @throws what `saysNothing`: an older version must not take the place of one that cannot be read just now
 */
export async function walkBack<Loaded>(
  versions: readonly VersionRecord[],
  load: (version: VersionRecord) => Promise<Loaded | undefined>,
): Promise<Loaded | undefined> {
  for (const version of versions) {
    try {
      const loaded = await load(version);
      if (loaded !== undefined) return loaded;
    } catch (error) {
      if (saysNothing(error)) throw error;
    }
  }
  return undefined;
}
