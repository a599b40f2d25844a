// Which project a list of all of them is narrowed to.

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import * as queries from '../queries.ts';

/** @param project '' = all; one that is gone stays to be seen, as its entries do */
export function ProjectSelect({
  words,
  project,
  choose,
}: {
  words: { readonly project: string; readonly allProjects: string };
  project: string;
  choose: (project: string) => void;
}): ReactNode {
  const names = useQuery(queries.projects()).data?.map(({ name }) => name) ?? [];
  return (
    <label>
      {words.project}
      <select value={project} onChange={({ target }) => choose(target.value)}>
        <option value="">{words.allProjects}</option>
        {[...new Set([...names, ...(project === '' ? [] : [project])])].map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
