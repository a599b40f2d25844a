// Of what was answered: who answered, what it knew, and whether two who know the same say the same.

import type { PredictionRecord } from '../../src/storage/ports/index.ts';
import type { Finding, Invariant } from './invariants.ts';
import type { Knowledge, Oracle } from './oracle.ts';
import type { Answer, Seen } from './simulation.ts';

type Found = Omit<Finding, 'step'>;

/** Rows far ahead are not counted up to: there is nothing between. */
const periodsAfter = 10;

/** Nobody is answered by a version that is not fit to, and who answers says who it is. */
export async function checkAnswer(seen: Seen, answer: Answer): Promise<Found[]> {
  const { process, sim, response } = answer;
  const { model } = response;
  const found: Found[] = [];
  const say = (invariant: Invariant, what: string): void => {
    found.push({ invariant, what: `${process}, ${sim.project.name}: ${what}` });
  };
  const version = await seen.store.getVersionByNumber(sim.project.name, model.version);
  const fault = version && seen.bad.get(version.artifactHash);
  if (fault !== undefined) say('refused-never-answers', `version ${model.version} is ${fault} and answers`);
  if (model.version === 0 && model.arm === 'champion')
    say('baseline-says-so', 'there is no champion, and the answer is of arm "champion"');
  return found;
}

/** Every forecast spoke from a period that was closed for its own series when it was answered. */
export async function checkCutoffs(seen: Seen, answers: readonly Answer[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const { process, sim, response, at } of answers) {
    const knowledge = (seen.oracles.get(sim.project.name) as Oracle).knowledge(at);
    for (const { series: id, predictionId } of response.forecasts) {
      const series = sim.series.find((one) => one.id === id);
      const stored = await seen.store.getPrediction(predictionId);
      if (series === undefined || stored === undefined) continue;
      const closed = knowledge.closedThrough(series);
      if (stored.cutoff <= closed) continue;
      const what = `${process}, ${sim.project.name}: series ${id} was forecast from ${stored.cutoff} at ${new Date(at).toISOString()}, and was closed through ${closed}`;
      found.push({ invariant: 'cutoff-is-closed', what });
    }
  }
  return found;
}

/** Every forecast that was answered is stored as it was answered. */
export async function checkPredictionsKept(seen: Seen): Promise<Found[]> {
  const found: Found[] = [];
  for (const { sim, response } of seen.answers)
    for (const { series, predictionId, steps } of response.forecasts) {
      const stored = await seen.store.getPrediction(predictionId);
      const told = steps.map(({ mean }) => mean).join();
      if (stored?.seriesId === series && stored.mean.join() === told) continue;
      const what = `${sim.project.name}: ${predictionId} of series ${series} was answered with ${told} and is stored as ${stored?.mean.join() ?? 'nothing'}`;
      found.push({ invariant: 'predictions-are-kept', what });
    }
  return found;
}

/** What an answer was made from, and what it was: kept over a whole run. */
export class Memory {
  #looked = 0;
  readonly #means: Map<string, { readonly knowledge: string; readonly mean: string; readonly by: string }> =
    new Map();

  /** Answers that were not looked at before. */
  fresh(answers: readonly Answer[]): readonly Answer[] {
    const fresh = answers.slice(this.#looked);
    this.#looked = answers.length;
    return fresh;
  }

  /** Forecasts of one version, cutoff and series may differ only when rows of that very series have come in between. */
  async compare(seen: Seen, { process, sim, response }: Answer): Promise<Found[]> {
    const found: Found[] = [];
    const oracle = seen.oracles.get(sim.project.name) as Oracle;
    const known = oracle.knowledge(seen.time.now());
    for (const { predictionId } of response.forecasts) {
      const stored = (await seen.store.getPrediction(predictionId)) as PredictionRecord;
      const { seriesId, versionId, cutoff, mean } = stored;
      const key = `${sim.project.name} ${versionId} ${seriesId} ${cutoff}`;
      const knowledge = knowledgeOf(oracle, { known, seriesId, cutoff });
      const now = { knowledge, mean: mean.join(), by: process };
      const before = this.#means.get(key);
      this.#means.set(key, now);
      if (before === undefined || before.knowledge !== knowledge || before.mean === now.mean) continue;
      const what = `${key}: ${before.by} said ${before.mean}, ${process} says ${now.mean}, and no row of the series came`;
      found.push({ invariant: 'same-knowledge-same-forecast', what });
    }
    return found;
  }
}

/** The rows of a series up to a period, those that were refused among them. */
function knowledgeOf(oracle: Oracle, of: { known: Knowledge; seriesId: string; cutoff: number }): string {
  const series = oracle.sim.series.find(({ id }) => id === of.seriesId);
  if (series === undefined) return '';
  let text = '';
  const { from, to } = oracle.sim;
  for (let period = from; period <= Math.min(of.cutoff, to + periodsAfter); period++) {
    text += `${of.known.truth(series, period)} `;
  }
  return text;
}

/** Both processes, once they have caught up, by the same version. */
export async function checkAgreement(seen: Seen, answers: readonly Answer[]): Promise<Found[]> {
  const [one, other] = answers;
  if (one === undefined || other === undefined) return [];
  if (one.response.model.version !== other.response.model.version) return [];
  const theirs = new Map(other.response.forecasts.map((forecast) => [forecast.series, forecast]));
  const found: Found[] = [];
  for (const { series, steps, predictionId } of one.response.forecasts) {
    const twin = theirs.get(series);
    const mine = (await seen.store.getPrediction(predictionId))?.cutoff;
    const its = twin && (await seen.store.getPrediction(twin.predictionId))?.cutoff;
    const means = steps.map(({ mean }) => mean).join();
    const twins = twin?.steps.map(({ mean }) => mean).join();
    if (means === twins && mine === its) continue;
    const what = `${one.sim.project.name}, series ${series}, version ${one.response.model.version}: ${one.process} says ${means} from ${mine}, ${other.process} says ${twins} from ${its}`;
    found.push({ invariant: 'processes-agree', what });
  }
  return found;
}

/** Series of which demand is known, and not only of a period that is not over, are forecast. */
export function checkKnownIsAnswered(
  seen: Seen,
  asked: { process: string; project: string; answer: Answer | undefined },
): Found[] {
  const { process, project, answer } = asked;
  const oracle = seen.oracles.get(project) as Oracle;
  const invariant = 'known-is-answered';
  if (answer === undefined) return [{ invariant, what: `${process} does not answer for ${project}` }];
  const answered = new Set(answer.response.forecasts.map(({ series }) => series));
  const known = new Set<string>();
  for (const [key, value] of oracle.accepted())
    if (!Number.isNaN(value)) known.add(key.split(' ')[0] as string);
  const whole = new Set(oracle.sim.series.filter((one) => oracle.hasWhole(one)).map(({ id }) => id));
  return [...known]
    .filter((id) => whole.has(id) && !answered.has(id))
    .map((id) => ({ invariant, what: `${process}, ${project}: series ${id} has rows and is not forecast` }));
}
