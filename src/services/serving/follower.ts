// What serving follows: new rows and champions, whoever made them, are in effect here within a poll of the feed.

import { isAppError } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { Subscriber, Work } from '../feed/index.ts';
import type { Serving } from './serving.ts';

type Kinds = 'batch.committed' | 'alias.changed';

/** Applies `batch.committed` and `alias.changed` of the projects served. */
export function servingSubscriber(given: {
  readonly serving: Pick<Serving, 'catchUp' | 'swap' | 'projectNames'>;
  readonly registry: { champion(project: string): Promise<VersionRecord | undefined> };
}): Subscriber<Kinds> {
  const { serving, registry } = given;
  const apply = async ({ project, events }: Work<Kinds>): Promise<void> => {
    if (!serving.projectNames().includes(project)) return;
    if (events.some(({ type }) => type === 'batch.committed')) await serving.catchUp(project);
    const isPromoted = events.some(
      (event) => event.type === 'alias.changed' && event.data.alias === 'champion',
    );
    // The alias may have moved on since the event: what counts is where it points now.
    const version = isPromoted ? await registry.champion(project) : undefined;
    if (version) await swap(serving, project, version);
  };
  return { name: 'serving', kinds: ['batch.committed', 'alias.changed'], apply };
}

/** A refusal is settled: it has its own event, and the old version serves. Anything else is tried again. */
async function swap(serving: Pick<Serving, 'swap'>, project: string, version: VersionRecord): Promise<void> {
  try {
    await serving.swap(project, version);
  } catch (error) {
    if (!isAppError(error, 'serving/swap-refused')) throw error;
  }
}
