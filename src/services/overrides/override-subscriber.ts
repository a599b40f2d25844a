// Takes in what was overridden or withdrawn by another process, or read too late by this one.

import type { Subscriber } from '../feed/index.ts';
import type { Overrides } from './overrides.ts';

export function overrideSubscriber(given: {
  readonly overrides: Pick<Overrides, 'load'>;
}): Subscriber<'override.set' | 'override.withdrawn'> {
  return {
    name: 'overrides',
    kinds: ['override.set', 'override.withdrawn'],
    apply: ({ project }) => given.overrides.load(project),
  };
}
