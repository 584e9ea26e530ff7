'use client';
import type { ReactNode } from 'react';
import { explain } from '../api-error';
import type { Project } from '../api-types';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Skeleton } from '../ui/skeleton';
import { useProjects } from './use-projects';

/** Shows what needs a project once it is known. */
export function WithProject({ children }: { children: (project: Project, reload: () => Promise<unknown>) => ReactNode }) {
  const { current, error, isLoading, reload } = useProjects();
  if (current) return children(current, reload);
  if (error) {
    return (
      <Empty title="The projects could not be loaded" action={<Button onClick={reload}>Try again</Button>}>
        <p role="alert">{explain(error)}</p>
      </Empty>
    );
  }
  if (isLoading) return <Skeleton className="h-64 w-full" />;
  return <Empty title="No project yet">Make one from the menu at the top left.</Empty>;
}
