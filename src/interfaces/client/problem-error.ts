// What the server said when it said no.

import type { Problem } from './api.ts';

/** An answer of the server other than success; `code` is the same as in the server's own errors. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly problem: Problem;
  /** From the Retry-After header; undefined when there was none. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds?: number) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.hint = problem.hint;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The error of a response that is not a success, whatever its body is. */
export async function problemErrorOf(response: Response): Promise<ProblemError> {
  const text = await response.text();
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ProblemError(
    parseProblem(text) ?? foreignProblem(response, text),
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  );
}

function parseProblem(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    return typeof value?.code === 'string' && typeof value.detail === 'string'
      ? (value as Problem)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Something between here and the server answered. */
function foreignProblem(response: Response, text: string): Problem {
  return {
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: `the server answered ${response.status}: ${text.slice(0, 200)}`,
    instance: '',
    code: 'client/unexpected-answer',
    hint: 'Check that the base URL is that of an Almanac server.',
    requestId: 'none',
  };
}
