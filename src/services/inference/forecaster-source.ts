// Projects as models: a series in, its forecast out, stored like every other forecast so that its actual demand is joined to
// it. The name is the project's; versions are those that serving holds: the champion, other arms', and the champion before.

import { AppError } from '../../core/index.ts';
import type { Projects } from '../projects/index.ts';
import type { ForecastAnswer, Serving } from '../serving/index.ts';
import { ForecasterModel } from './forecaster-model.ts';
import type { IndexEntry, InferenceModel, ModelSource } from './model.ts';

export interface ForecasterSourceOptions {
  readonly projects: Pick<Projects, 'list' | 'find'>;
  readonly serving: Pick<Serving, 'answer' | 'status'>;
  /** Lets waiting I/O run. */
  readonly breathe: () => Promise<void>;
}

export class ForecasterSource implements ModelSource {
  readonly #options: ForecasterSourceOptions;
  readonly #unloaded: Set<string> = new Set();
  readonly #listeners: ((project: string, answer: ForecastAnswer) => void)[] = [];

  constructor(options: ForecasterSourceOptions) {
    this.#options = options;
  }

  /** Calls the listener with every forecast that was answered and stored from here. */
  onForecast(listener: (project: string, answer: ForecastAnswer) => void): void {
    this.#listeners.push(listener);
  }

  /** One that comes by the name of one that is gone answers like any other. */
  forget(name: string): void {
    this.#unloaded.delete(name);
  }

  async index(): Promise<IndexEntry[]> {
    return this.#options.projects.list().flatMap(({ name }) => this.#entriesOf(name));
  }

  #entriesOf(name: string): IndexEntry[] {
    const reason = this.#reasonNotReady(name);
    const state = reason === '' ? 'READY' : 'UNAVAILABLE';
    return this.#versions(name).map((version) => ({ name, version, state, reason }));
  }

  #reasonNotReady(name: string): string {
    if (this.#unloaded.has(name)) return 'unloaded';
    const { trained, cutoff } = this.#options.serving.status(name);
    return trained || cutoff !== null ? '' : 'it has no champion and no rows to forecast from: send history';
  }

  /** The champion's first, then those of other arms; `0` is the baseline. */
  #versions(name: string): string[] {
    const { arms, previous } = this.#options.serving.status(name);
    const numbers = [...arms.map(({ served }) => served), ...(previous ? [previous.number] : [])];
    return [...new Set(numbers)].map(String);
  }

  async find(name: string, version?: string): Promise<InferenceModel | undefined> {
    const project = this.#options.projects.find(name);
    if (project === undefined || this.#reasonNotReady(name) !== '') return undefined;
    const found = this.#versions(name).find((held) => version === undefined || held === version);
    if (found === undefined) return undefined;
    return new ForecasterModel({
      ...this.#options,
      project,
      version: found,
      isNamed: version !== undefined,
      onAnswer: (answer) => {
        for (const listener of this.#listeners) listener(name, answer);
      },
    });
  }

  /** Serving holds every project at all times: this only lets it answer here again. */
  async load(name: string): Promise<boolean> {
    if (this.#options.projects.find(name) === undefined) return false;
    this.#unloaded.delete(name);
    const reason = this.#reasonNotReady(name);
    if (reason === '') return true;
    throw new AppError('inference/not-ready', `project "${name}" is not ready: ${reason}`);
  }

  /** Takes it out of the inference protocols only: the project's own API goes on, as forecasts must not stop by accident. */
  async unload(name: string): Promise<boolean> {
    if (this.#options.projects.find(name) === undefined) return false;
    this.#unloaded.add(name);
    return true;
  }
}
