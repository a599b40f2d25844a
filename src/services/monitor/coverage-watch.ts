// Gives serving the levels that hold as soon as a new period of labels has come or another version serves. Every process that
// serves follows for itself: they read the same predictions and labels, and so find the same levels.

import type { Subscriber } from '../feed/index.ts';
import type { Projects } from '../projects/index.ts';
import type { Serving } from '../serving/index.ts';
import { adaptationOf, type CoverageMonitor } from './coverage.ts';

/** While levels cannot be found those in use stay, and the feed tries again. */
export function coverageSubscriber(given: {
  readonly projects: Pick<Projects, 'find'>;
  readonly coverage: Pick<CoverageMonitor, 'measure'>;
  readonly serving: Pick<Serving, 'adapt' | 'versionsOf'>;
}): Subscriber<'batch.committed' | 'alias.changed'> {
  const { projects, coverage, serving } = given;
  return {
    name: 'coverage',
    kinds: ['batch.committed', 'alias.changed'],
    apply: async ({ project: name }) => {
      const project = projects.find(name);
      if (project === undefined || project.adaptCoverage === false) return;
      const versions = serving.versionsOf(name);
      for (const versionId of versions)
        serving.adapt(name, adaptationOf(await coverage.measure(project, versionId)), versionId);
      if (versions.length === 0) await coverage.measure(project);
    },
  };
}
