// One figure: what it is, how large, and what it rests on.

import type { ReactNode } from 'react';

export function Figure(props: {
  name: string;
  value: string;
  /** What it is compared with. */
  beside?: string;
  /** What it rests on: how many, since when. */
  basis?: string;
  title?: string;
  tone?: 'good' | 'bad' | undefined;
}): ReactNode {
  const { name, value, beside = '', basis = '', title, tone } = props;
  return (
    <dl className={`figure ${tone ?? ''}`} title={title}>
      <dt>{name}</dt>
      <dd className="value">{value}</dd>
      {beside !== '' && <dd className="beside">{beside}</dd>}
      {basis !== '' && <dd className="basis">{basis}</dd>}
    </dl>
  );
}
