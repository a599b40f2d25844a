// A word in a frame: what state a thing is in.

import type { ReactNode } from 'react';

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'plain';

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }): ReactNode {
  return <span className={`badge ${tone}`}>{children}</span>;
}
