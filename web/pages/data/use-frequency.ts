import { useQuery } from '@tanstack/react-query';
import { projects } from '../../queries.ts';

/** How long the periods of a project are: what their names are written by. */
export function useFrequency(project: string): string {
  return useQuery(projects()).data?.find(({ name }) => name === project)?.frequency ?? 'day';
}
