'use client';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect } from 'react';
import useSWR from 'swr';
import { paths } from '../api-client';
import type { Project } from '../api-types';

const REMEMBERED = 'motioness-project';

/** The projects, and the chosen one: named by the address, else the last one chosen here, else the first. */
export function useProjects() {
  const { data, error, isLoading, mutate } = useSWR<{ projects: Project[] }>(paths.projects);
  const router = useRouter();
  const pathname = usePathname();
  const named = useSearchParams().get('project');
  const projects = data?.projects ?? [];
  const find = (id: string | null) => projects.find((project) => project.id === id);
  const current = data && (find(named) ?? find(localStorage.getItem(REMEMBERED)) ?? projects[0]);

  useEffect(() => {
    if (current) localStorage.setItem(REMEMBERED, current.id);
  }, [current]);

  function choose(id: string) {
    localStorage.setItem(REMEMBERED, id);
    // A page of one asset belongs to its project: choosing another leads to that one's grid.
    router.push(`${pathname.startsWith('/dashboard/assets/') ? '/dashboard' : pathname}?project=${encodeURIComponent(id)}`);
  }
  return { projects, current, choose, error, isLoading, reload: () => mutate() };
}
