// Any registered model by its name: found by the version rule, asked within bounds and a deadline, counted. What answers are
// the sources; what asks are the doors of the inference protocols.

import { AppError, type Clock, isAppError } from '../../core/index.ts';
import { type Asker, abandoned, type ServingTimers } from '../serving/index.ts';
import { checkInputs, checkOutputs, namesOf } from './check-inputs.ts';
import { countOf } from './datatype.ts';
import type { IndexEntry, InferenceAsk, InferenceModel, ModelRun, ModelSource } from './model.ts';
import { type ModelStatistics, noStatistics, StatisticsBook } from './statistics.ts';
import type { Tensor } from './tensor.ts';

export interface InferenceOptions {
  /** The first source that has a name answers for it. */
  readonly sources: readonly ModelSource[];
  readonly clock: Clock;
  readonly timers: Pick<ServingTimers, 'setTimeout' | 'clearTimeout' | 'elapsedMs'>;
  /** The longest that a request may take, and what it gets when it names nothing shorter. */
  readonly timeoutMs: number;
  /** Whom to ask when a request names nobody; null or absent: the first of the index. */
  readonly defaultModel?: string | null;
  /** False where other processes answer on the same port: what one loads or unloads, they would not know. Default true. */
  readonly alone?: boolean;
  /** Requests under way at most; more are told to come back. Default 256. */
  readonly underWayMax?: number;
}

export interface InferenceRequest extends Asker {
  readonly inputs: readonly Tensor[];
  /** Outputs wanted, by name; none or undefined = all. */
  readonly outputs?: readonly string[] | undefined;
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Shorter than the setting, if given. */
  readonly timeoutMs?: number | undefined;
}

export class Inference {
  readonly #options: InferenceOptions;
  readonly #book: StatisticsBook = new StatisticsBook();
  readonly #underWayMax: number;
  #underWay = 0;

  constructor(options: InferenceOptions) {
    this.#options = options;
    this.#underWayMax = options.underWayMax ?? 256;
  }

  /** Every version of every model that the sources know. */
  async index(): Promise<IndexEntry[]> {
    return (await Promise.all(this.#options.sources.map((source) => source.index()))).flat();
  }

  /** The lines of one model. @throws AppError `inference/unknown-model` */
  async entries(name: string): Promise<IndexEntry[]> {
    const all = await this.index();
    const own = all.filter((entry) => entry.name === name);
    if (own.length > 0) return own;
    const others = [...new Set(all.map((entry) => entry.name))].map((other) => ({ name: other }));
    throw new AppError(
      'inference/unknown-model',
      `there is no model ${JSON.stringify(name.slice(0, 100))}: there is ${namesOf(others)}`,
    );
  }

  /**
   * The model that answers: without a version the one that serves, with one exactly that.
   * @throws AppError `inference/unknown-model`, `inference/unknown-version`, `inference/not-ready`
   */
  async find(name: string, version?: string): Promise<InferenceModel> {
    for (const source of this.#options.sources) {
      const found = await source.find(name, version);
      if (found) return found;
    }
    const entries = await this.entries(name);
    const ready = entries.filter(({ state }) => state === 'READY').map((entry) => entry.version);
    const own = entries.find((entry) => version === undefined || entry.version === version);
    if (own === undefined)
      throw new AppError(
        'inference/unknown-version',
        `model "${name}" has no version ${JSON.stringify((version ?? '').slice(0, 100))} here: ready is ${ready.join(', ') || 'none'}`,
      );
    throw new AppError(
      'inference/not-ready',
      `model "${name}" version ${own.version} is not ready: ${own.reason || own.state.toLowerCase()}`,
    );
  }

  /**
   * As `find`, without waiting for what is being loaded.
   * @throws AppError as `find`: `inference/not-ready` while it is being loaded
   */
  async findReady(name: string, version?: string): Promise<InferenceModel> {
    const entries = await this.entries(name);
    const own = entries.find((entry) => version === undefined || entry.version === version);
    if (own !== undefined && own.state !== 'READY')
      throw new AppError(
        'inference/not-ready',
        `model "${name}" version ${own.version} is not ready: ${own.reason}`,
      );
    return await this.find(name, version);
  }

  /** Who answers when nobody is named. @throws AppError `inference/unknown-model` when there is no model at all */
  async defaultName(): Promise<string> {
    const name = this.#options.defaultModel ?? (await this.index())[0]?.name;
    if (name !== undefined) return name;
    throw new AppError('inference/unknown-model', 'there is no model: configure a project, or load one');
  }

  /**
   * Asks a model. Outputs come in the order asked, else in the model's.
   * @throws AppError `inference/…`, or what the model itself says (`serving/unknown-series`)
   */
  async infer(model: InferenceModel, request: InferenceRequest): Promise<readonly Tensor[]> {
    const { clock, timers } = this.#options;
    const begun = timers.elapsedMs();
    try {
      checkInputs(model, request.inputs);
      const outputs = checkOutputs(model, request.outputs);
      const checked = timers.elapsedMs();
      let run: ModelRun | undefined;
      const ran = (its: ModelRun): void => {
        run = its;
      };
      const answered = await this.#ask(model, { ...request, outputs, ran });
      const computed = timers.elapsedMs();
      const answer = outputs.map((name) => outputOf(model, answered, name));
      const moments = { begun, checked, computed, ended: timers.elapsedMs() };
      const rows = rowsOf(model, request.inputs);
      this.#book.succeeded(model, { rows, run }, { moments, now: clock.now() });
      return answer;
    } catch (error) {
      this.#book.failed(model, timers.elapsedMs() - begun);
      throw error;
    }
  }

  async #ask(
    model: InferenceModel,
    request: InferenceRequest & Required<Pick<InferenceAsk, 'outputs' | 'ran'>>,
  ): Promise<readonly Tensor[]> {
    if (this.#underWay >= this.#underWayMax)
      throw new AppError(
        'inference/overloaded',
        `${this.#underWay} requests are under way, the most there may be: ask again in a moment`,
      );
    const { inputs, timeoutMs: wanted, ...ask } = request;
    if (ask.isGone?.()) throw abandoned();
    const timeoutMs = Math.min(wanted ?? this.#options.timeoutMs, this.#options.timeoutMs);
    this.#underWay++;
    // Counted until the model is done, also past the deadline: what still runs still takes room.
    const infer = async (): Promise<readonly Tensor[]> => model.infer(inputs, { ...ask, timeoutMs });
    const answer = infer().finally(() => this.#underWay--);
    return this.#withDeadline(model, answer, timeoutMs).catch((thrown: unknown) => {
      if (isAppError(thrown)) throw thrown;
      throw new AppError(
        'inference/failed',
        `model "${model.name}" version ${model.version} failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        { cause: thrown },
      );
    });
  }

  async #withDeadline<T>(model: InferenceModel, answer: Promise<T>, timeoutMs: number): Promise<T> {
    const { timers } = this.#options;
    let timer: unknown;
    const late = new Promise<never>((_resolve, reject) => {
      timer = timers.setTimeout(() => {
        reject(
          new AppError(
            'inference/timeout',
            `model "${model.name}" version ${model.version} did not answer within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      timers.clearTimeout(timer);
    }
  }

  /**
   * Statistics of every version that is ready or was asked; of one model, or of one version.
   * @throws AppError `inference/unknown-model`
   */
  async statistics(name?: string, version?: string): Promise<ModelStatistics[]> {
    const entries = name === undefined ? await this.index() : await this.entries(name);
    const counted = this.#book.list(name, version);
    const isCounted = (entry: IndexEntry): boolean =>
      counted.some((line) => line.name === entry.name && line.version === entry.version);
    const unasked = entries.filter(
      (entry) =>
        entry.state === 'READY' && (version === undefined || entry.version === version) && !isCounted(entry),
    );
    return [...counted, ...unasked.map((entry) => noStatistics(entry.name, entry.version))];
  }

  /** @throws AppError `inference/unknown-model`, `inference/several-processes`, or why it cannot be made ready */
  load(name: string): Promise<void> {
    return this.#firstThat(name, (source) => source.load(name));
  }

  /** @throws AppError `inference/unknown-model`, `inference/several-processes` */
  unload(name: string): Promise<void> {
    return this.#firstThat(name, (source) => source.unload(name));
  }

  async #firstThat(name: string, changes: (source: ModelSource) => Promise<boolean>): Promise<void> {
    if (this.#options.alone === false)
      throw new AppError(
        'inference/several-processes',
        `model "${name.slice(0, 100)}" cannot be loaded or unloaded while several processes answer: only one would do so`,
      );
    for (const source of this.#options.sources) if (await changes(source)) return;
    // Says which names there are.
    await this.entries(name);
    throw new AppError('inference/not-ready', `model "${name}" cannot be loaded or unloaded`);
  }
}

function outputOf(model: InferenceModel, answered: readonly Tensor[], name: string): Tensor {
  const tensor = answered.find((output) => output.name === name);
  if (tensor !== undefined && tensor.data.length === countOf(tensor.shape)) return tensor;
  throw new AppError(
    'inference/failed',
    `model "${model.name}" version ${model.version} gave no output "${name}", or one that contradicts its shape`,
  );
}

/** Rows of a batch: the first dimension where it is free. */
function rowsOf(model: InferenceModel, inputs: readonly Tensor[]): number {
  const [first] = inputs;
  const spec = model.inputs.find(({ name }) => name === first?.name);
  return spec?.shape[0] === -1 ? (first?.shape[0] ?? 1) : 1;
}
