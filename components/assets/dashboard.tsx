'use client';
import { WithProject } from '../projects/with-project';
import { AssetGrid } from './asset-grid';

export function Dashboard() {
  return <WithProject>{(project) => <AssetGrid key={project.id} project={project} />}</WithProject>;
}
