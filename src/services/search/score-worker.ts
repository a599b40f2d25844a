// The thread of a search's evaluations; see `scoreTask`.

import { serveThread } from '../jobs/index.ts';
import { type ScoreReply, scoreTask } from './global-objective.ts';
import type { GlobalScoreInput } from './global-score.ts';
import type { ObjectiveAsk } from './objective.ts';

serveThread<GlobalScoreInput, ObjectiveAsk, ScoreReply>((input) => {
  const score = scoreTask(input);
  return (ask) => ({ reply: score(ask) });
});
