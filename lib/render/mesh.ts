import type { Pose } from './camera-path';
import type { CameraPlan } from './camera-plan';
import { sample } from './filters';
import type { Depth } from './depth';

/** Distance of the mesh's nodes in output pixels; the warp steps straight between them. */
export const CELL = 16;

/** Where in the picture each node of the output looks: output pixels from the picture's top left corner. */
export interface Mesh {
  columns: number;
  rows: number;
  x: Float64Array;
  y: Float64Array;
}

/** A mesh for an output of the given size, with nodes every `CELL` pixels and on the far edges. */
export function newMesh(width: number, height: number): Mesh {
  const columns = Math.ceil(width / CELL) + 1;
  const rows = Math.ceil(height / CELL) + 1;
  return { columns, rows, x: new Float64Array(columns * rows), y: new Float64Array(columns * rows) };
}

/** Fills `mesh` for one pose: camera first, then depth, read where the picture is, so depth moves with its things. */
export function fillMesh(mesh: Mesh, plan: CameraPlan, pose: Pose, depth: Depth): void {
  const { width, height } = plan;
  const halfX = width / 2;
  const halfY = height / 2;
  const cos = Math.cos(pose.roll) / pose.scale;
  const sin = Math.sin(pose.roll) / pose.scale;
  const plane = depth.plane;
  const toPlaneX = plane.width / width;
  const toPlaneY = plane.height / height;
  const deep = pose.parallax.x !== 0 || pose.parallax.y !== 0 || pose.dolly !== 0;

  for (let row = 0, n = 0; row < mesh.rows; row++) {
    const py = Math.min(row * CELL, height) - halfY;
    for (let column = 0; column < mesh.columns; column++, n++) {
      const px = Math.min(column * CELL, width) - halfX;
      const baseX = px * cos - py * sin + pose.aim.x;
      const baseY = px * sin + py * cos + pose.aim.y;
      let x = baseX;
      let y = baseY;
      if (deep) {
        for (let pass = 0; pass < 3; pass++) {
          const near = sample(plane, (x + halfX) * toPlaneX - 0.5, (y + halfY) * toPlaneY - 0.5) - plan.pivot;
          x = baseX + near * (pose.parallax.x - pose.dolly * baseX);
          y = baseY + near * (pose.parallax.y - pose.dolly * baseY);
        }
      }
      if (pose.swell !== 0) {
        const window = pose.swell * (1 - (x / halfX) ** 2) * (1 - (y / halfY) ** 2);
        x += x * window;
        y += y * window;
      }
      mesh.x[n] = x + halfX;
      mesh.y[n] = y + halfY;
    }
  }
}
