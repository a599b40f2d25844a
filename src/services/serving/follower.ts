// What serving follows: new rows and champions, whoever made them, are in effect here within a poll of the feed.

import { isAppError } from '../../core/index.ts';
import type { Subscriber, Work } from '../feed/index.ts';
import type { Serving } from './serving.ts';

type Kinds = 'batch.committed' | 'alias.changed';

/** Applies `batch.committed` and `alias.changed` of the projects served. */
export function servingSubscriber(given: {
  readonly serving: Pick<Serving, 'catchUp' | 'follow' | 'projectNames'>;
}): Subscriber<Kinds> {
  const { serving } = given;
  const apply = async ({ project, events }: Work<Kinds>): Promise<void> => {
    if (!serving.projectNames().includes(project)) return;
    if (events.some(({ type }) => type === 'batch.committed')) await serving.catchUp(project);
    const isPromoted = events.some(
      (event) => event.type === 'alias.changed' && event.data.alias === 'champion',
    );
    if (isPromoted) await follow(serving, project);
  };
  return { name: 'serving', kinds: ['batch.committed', 'alias.changed'], apply };
}

/** A refusal is settled: it has its own event, and something stands in. Anything else is tried again. */
async function follow(serving: Pick<Serving, 'follow'>, project: string): Promise<void> {
  try {
    await serving.follow(project);
  } catch (error) {
    if (!isAppError(error, 'serving/swap-refused')) throw error;
  }
}
