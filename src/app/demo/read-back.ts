// The proof that nothing was lost: every prediction that was answered is asked for again.

import type { SeasonApi } from './season-api.ts';

const readersMax = 8;

/** How many of the predictions the server no longer has. */
export async function missingPredictions(api: SeasonApi, ids: readonly string[]): Promise<number> {
  let missing = 0;
  let next = 0;
  const read = async (): Promise<void> => {
    while (next < ids.length) {
      const id = ids[next++] as string;
      if (!(await api.hasPrediction(id))) missing += 1;
    }
  };
  await Promise.all(Array.from({ length: readersMax }, read));
  return missing;
}
