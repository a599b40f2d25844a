// How a page looks while it has nothing to show, and why: loading, empty, refused, or older than it should be.

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api.ts';
import { formats } from '../format.ts';
import { texts } from '../texts.ts';
import { visible } from '../visible.ts';

export function Loading({ what = texts.states.loading }: { what?: string }): ReactNode {
  return (
    <div className="state loading" role="status">
      <span className="spinner" aria-hidden="true" />
      {what}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="state empty">
      <p className="state-title">{title}</p>
      {children}
    </div>
  );
}

export function Failed({ error, again }: { error: unknown; again?: () => void }): ReactNode {
  const { message, hint, code, requestId } = reasonOf(error);
  return (
    <div className="state failed" role="alert">
      <p className="state-title">{visible(message)}</p>
      {hint !== '' && <p>{visible(hint)}</p>}
      {code !== '' && (
        <p className="quiet">
          <code>{code}</code> {requestId !== '' && texts.states.request(requestId)}
        </p>
      )}
      {again && (
        <button type="button" onClick={again}>
          {texts.states.again}
        </button>
      )}
    </div>
  );
}

function reasonOf(error: unknown): { message: string; hint: string; code: string; requestId: string } {
  if (!(error instanceof ApiProblem))
    return { message: texts.states.broken, hint: String((error as Error).message), code: '', requestId: '' };
  if (error.status === 0)
    return { message: texts.states.unreachable, hint: texts.states.unreachableHint, code: '', requestId: '' };
  return error;
}

/** One sentence for what an action was refused with. */
export function inOneLine(error: Error): string {
  const { message, hint } = reasonOf(error);
  return visible([message, hint].filter((text) => text !== '').join(' '));
}

/**
 * What was asked for, or why it is not there. An answer that could not be renewed is still shown, with the time it is of.
 */
export function Answer<T>({
  of,
  children,
}: {
  of: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}): ReactNode {
  const { data, error, refetch, dataUpdatedAt } = of;
  const again = (): void => {
    void refetch();
  };
  if (data === undefined) return error ? <Failed error={error} again={again} /> : <Loading />;
  return (
    <>
      {error && (
        <p className="stale" role="status">
          {texts.states.stale(formats.moment(new Date(dataUpdatedAt).toISOString()), inOneLine(error))}{' '}
          <button type="button" onClick={again}>
            {texts.states.again}
          </button>
        </p>
      )}
      {children(data)}
    </>
  );
}
