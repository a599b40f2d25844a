// Of the numbers themselves: what a version must say of a series, worked out from its artifact and the rows that were sent.

import type { PredictionRecord } from '../../src/storage/ports/index.ts';
import type { Finding } from './invariants.ts';
import type { Oracle } from './oracle.ts';
import { decodeArtifact } from './sim-artifact.ts';
import type { Answer, Seen } from './simulation.ts';

type Found = Omit<Finding, 'step'>;

/** Periods followed at most: rows far ahead are not counted up to. */
const periodsMax = 1000;

/** Each forecast of a model is its state, brought forward by the known demand of its own series up to its own cutoff. */
export async function checkStates(seen: Seen, { process, sim, response }: Answer): Promise<Found[]> {
  const oracle = seen.oracles.get(sim.project.name) as Oracle;
  const version = await seen.store.getVersionByNumber(sim.project.name, response.model.version);
  if (version === undefined || seen.bad.has(version.artifactHash)) return [];
  const model = await decodeArtifact(await seen.blobs.get(version.artifactHash));
  const known = oracle.knowledge(seen.time.now());
  const found: Found[] = [];
  for (const { predictionId } of response.forecasts) {
    const { seriesId, source, cutoff, mean } = (await seen.store.getPrediction(
      predictionId,
    )) as PredictionRecord;
    const place = model.seriesIds.indexOf(seriesId);
    const series = sim.series.find(({ id }) => id === seriesId);
    if (source !== 'model' || place < 0 || series === undefined) continue;
    const state = model.state(place).slice();
    const last = model.lastPeriod(place);
    if (cutoff - last > periodsMax) continue;
    const followed: string[] = [];
    for (let period = last + 1; period <= cutoff; period++) {
      const truth = known.truth(series, period);
      followed.push(String(truth));
      model.update(place, state, typeof truth === 'number' ? truth : Number.NaN);
    }
    const meant = model.forecast(place, state, { horizon: mean.length, levels: [] }).mean;
    if (meant.join() === mean.join()) continue;
    const what = `${process}, ${sim.project.name}, series ${seriesId}: version ${version.number} knows it through ${last}, then came ${followed.join(', ') || 'nothing'}: ${meant.join(' ')} is right, ${mean.join(' ')} was said`;
    found.push({ invariant: 'forecast-follows-rows', what });
  }
  return found;
}
