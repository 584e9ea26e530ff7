'use client';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useState } from 'react';
import { explain } from '../api-error';
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuPanel, MenuRadioGroup, MenuRadioItem, MenuSeparator, MenuTrigger } from '../ui/menu';
import { Skeleton } from '../ui/skeleton';
import { NewProjectDialog } from './new-project-dialog';
import { useProjects } from './use-projects';

export function ProjectSwitcher() {
  const { projects, current, choose, error, isLoading, reload } = useProjects();
  const [creating, setCreating] = useState(false);
  if (isLoading) return <Skeleton className="h-6 w-32" />;
  if (error && !current) return <span className="truncate text-[0.8125rem] text-muted">{explain(error)}</span>;
  return (
    <>
      <Menu>
        <MenuTrigger
          aria-label={`Project: ${current?.name ?? 'none'}`}
          className="-ml-1 flex h-9 min-w-0 items-center gap-2 rounded-lg px-2 font-medium hover:bg-sunken"
        >
          <span className="truncate">{current?.name ?? 'No project'}</span>
          <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-muted" />
        </MenuTrigger>
        <MenuPanel align="start" className="w-64">
          <MenuLabel>Projects</MenuLabel>
          <MenuRadioGroup value={current?.id ?? ''} onValueChange={choose} className="max-h-72 overflow-y-auto">
            {projects.map((project) => (
              <MenuRadioItem key={project.id} value={project.id} className="justify-between">
                <span className="truncate">{project.name}</span>
                <MenuCheck>
                  <Check size={16} aria-hidden />
                </MenuCheck>
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
          <MenuSeparator />
          <MenuItem onSelect={() => setCreating(true)}>
            <Plus size={16} aria-hidden className="text-muted" /> New project
          </MenuItem>
        </MenuPanel>
      </Menu>
      <NewProjectDialog
        open={creating}
        onOpenChange={setCreating}
        onMade={async (project) => {
          await reload();
          choose(project.id);
        }}
      />
    </>
  );
}
