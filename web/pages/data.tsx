// Data: what came, what was refused and can be mended, where it is read from, what its contract says, how it looks.

import type { ComponentType, ReactNode } from 'react';
import { definePage } from '../define-page.ts';
import { Parts } from '../parts/parts.tsx';
import { texts } from '../texts.ts';
import { Batches } from './data/batches.tsx';
import { Contract } from './data/contract.tsx';
import { Profile } from './data/profile.tsx';
import { Quarantine } from './data/quarantine.tsx';
import { type DataProps, search } from './data/search.ts';
import { Snapshots } from './data/snapshots.tsx';
import { Sources } from './data/sources.tsx';

const views: Readonly<Record<DataProps['search']['part'], ComponentType<DataProps>>> = {
  batches: Batches,
  quarantine: Quarantine,
  sources: Sources,
  contract: Contract,
  profile: Profile,
  snapshots: Snapshots,
};

function Data(props: DataProps): ReactNode {
  const View = views[props.search.part];
  return (
    <>
      <h1>{texts.pages.data}</h1>
      <Parts names={texts.data.parts} chosen={props.search.part} label={texts.pages.data} />
      <View {...props} />
    </>
  );
}

export const page = definePage({ search, View: Data });
