// Gates on the version as a thing: its bytes, what it was learnt from, how large it is and how long it takes.

import type { ArtifactFacts, GateEvidence } from './evidence.ts';
import { type Found, failed, firstOf, type GateCheck, passed, percent, unknown } from './gate-check.ts';

/** Share of the champion's living series that a version may not know. */
const lostMax = 0.05;
/** Bytes for each series may grow by this factor; small versions are never too large. */
const growthMax = 4;
const bytesFree = 16 * 1024 * 1024;
/** A forecast may take this many times as long as the champion's; quick ones are never too slow. */
const slowerMax = 5;
const msFree = 5;
/** Share of sampled series whose forecast may be absurdly large: those are served by the baseline. */
const absurdMax = 0.05;

/** Do the bytes load, forecast as they did where they were made, and fit the project? */
export function artifactGate({ artifact }: GateEvidence): GateCheck {
  if (artifact.fault !== null) return failed('artifact', `it cannot be used: ${artifact.fault}`);
  if (artifact.misfit !== null) return failed('artifact', artifact.misfit);
  return passed('artifact', 'its bytes load and forecast as where they were made');
}

/** Does it know the newest demand, and every series that the champion forecasts? */
export function dataGate({ data }: Found): GateCheck {
  const behind = data.newest - data.known;
  if (behind > 0)
    return failed('data', `it knows nothing of the newest ${behind} periods of its history`, {
      value: behind,
      bound: 0,
    });
  if (data.living === 0)
    return passed('data', 'it knows the newest demand; no champion to compare series with');
  const lost = data.lost / data.living;
  const of = { value: lost, bound: lostMax };
  const said = `it does not know ${data.lost} of ${data.living} living series that the champion forecasts`;
  return lost > lostMax
    ? failed('data', `${said}, more than ${percent(lostMax, 0)}`, of)
    : passed(
        'data',
        data.lost === 0 ? 'it knows the newest demand and every series of the champion' : said,
        of,
      );
}

/** Is every forecast that it would serve next a number, in bounds, with its quantiles in order? */
export function trainingGate({ served }: Found): GateCheck {
  const { faults, series } = served;
  if (series === 0) return unknown('training', 'it knows none of the series');
  const [first] = faults;
  const grave = faults.find(({ fault }) => fault !== 'absurd');
  const of = { value: faults.length / series, bound: absurdMax };
  if (grave !== undefined)
    return failed('training', `its forecast of series "${grave.seriesId}" is ${grave.fault}`, of);
  const ids = faults.map(({ seriesId }) => seriesId);
  if (first !== undefined && of.value > absurdMax)
    return failed(
      'training',
      `${faults.length} of ${series} forecasts are over 10 times the largest demand: ${firstOf(ids)}`,
      of,
    );
  return passed('training', `all of ${series} forecasts are finite, in bounds and in order`, of);
}

/** Is a forecast made in time? */
export function latencyGate({ served: { ms, championMs } }: Found): GateCheck {
  const bound = Math.max(msFree, slowerMax * (championMs ?? 0));
  const said = `a forecast takes ${ms.toFixed(2)} ms${championMs === null ? '' : `, the champion's ${championMs.toFixed(2)} ms`}`;
  return ms > bound
    ? failed('latency', `${said}: more than ${slowerMax} times as long`, { value: ms, bound })
    : passed('latency', said, { value: ms, bound });
}

/** Is it of a size that its series explain? */
export function sizeGate({ artifact }: GateEvidence): GateCheck {
  const { bytes, championBytes, championSeries, series } = artifact;
  const said = `${sizeText(bytes)} for ${series} series`;
  if (championBytes === null || championSeries === null || championSeries === 0) return passed('size', said);
  const bound = Math.max(bytesFree, (growthMax * championBytes * series) / championSeries);
  const of = { value: bytes, bound };
  return bytes > bound
    ? failed(
        'size',
        `${said}, the champion ${championText(artifact)}: over ${growthMax} times as much each`,
        of,
      )
    : passed('size', said, of);
}

function championText({ championBytes, championSeries }: ArtifactFacts): string {
  return `${sizeText(championBytes ?? 0)} for ${championSeries}`;
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
