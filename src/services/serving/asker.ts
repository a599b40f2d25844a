// Who waits for an answer.

import { AppError } from '../../core/index.ts';

export interface Asker {
  /** What the request is called in the answer, the log and the stored predictions; default: a new id. */
  readonly requestId?: string;
  /** True once nobody waits any more: what is not computed yet is then not computed, and nothing is stored. */
  readonly isGone?: () => boolean;
}

/** What ends work that nobody waits for; whoever asked does not read it. */
export function abandoned(): AppError {
  return new AppError('serving/abandoned', 'the client closed the connection before the answer was ready');
}
