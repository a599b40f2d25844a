// Which forecasts have their features logged: few, and the same ones for the same prediction ids.

/** Samples that a version logs at most, from when it is loaded. */
export const samplesMax = 200;
/** One forecast in so many, in a small request. */
const oneIn = 8;
/** Samples of one request, about: a large one is sampled all over and takes only a part of what is left. */
const perRequest = 20;

/** By a hash of the prediction's id (FNV-1a). @param seriesCount series of the request */
export function isSampled(predictionId: string, seriesCount: number): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < predictionId.length; i++) {
    hash = Math.imul(hash ^ predictionId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % Math.max(oneIn, Math.ceil(seriesCount / perRequest)) === 0;
}
