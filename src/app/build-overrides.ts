// Builds what people say beside the models: the book that serving looks into, and what may be said and asked.

import { OverrideBook, Overrides, type OverridesOptions } from '../services/overrides/index.ts';
import type { Projects } from '../services/projects/index.ts';
import { breathe } from '../services/serving/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import { timers } from './platform.ts';

/** What stands; of a project that is gone nothing is kept in memory. */
export function openOverrideBook(parts: { store: ControlStore; projects: Projects }): OverrideBook {
  const { store, projects } = parts;
  const book = new OverrideBook({ store, breathe: () => breathe(timers) });
  projects.onChange(({ name, project }) => {
    if (project === undefined) book.forget(name);
  });
  return book;
}

export function buildOverrides(parts: Omit<OverridesOptions, 'breathe'>): Overrides {
  return new Overrides({ ...parts, breathe: () => breathe(timers) });
}
