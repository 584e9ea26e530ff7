import { describe, expect, it } from 'vitest';
import { poseAt } from './camera-path';
import { prepareScene } from './render-clip';
import { parseDirections } from './directions';
import { planCamera } from './camera-plan';
import { fillMesh, newMesh } from './mesh';
import { smallJob } from './testing/jobs';
import { newPicture, PAD, warpPicture } from './warp';
import { texturedPicture } from './testing/pictures';

const PROMPTS = ['', 'pan left', 'tilt down fast', 'zoom in', 'zoom out', 'orbit left', 'rotate clockwise dramatically', 'handheld dynamic drift up', 'still'];

describe('no clip shows anything from beyond the picture', () => {
  it('keeps every node of every frame inside, for all levels, modes, directions and many seeds', async () => {
    for (const [w, h] of [[640, 360], [300, 620], [1000, 260]] as const) {
      const job = await smallJob({ source: await texturedPicture(w, h), motion: 'kinetic' });
      const scene = await prepareScene(job);
      const { width, height } = scene.framing;
      const mesh = newMesh(width, height);
      let beyond = 0;
      for (const motion of ['subtle', 'medium', 'kinetic'] as const)
        for (const mode of ['loop', 'animate-in', 'animate-on-hover'] as const)
          for (const prompt of PROMPTS)
            for (let seed = 0; seed < 6; seed++) {
              const plan = planCamera({ width, height, motion, mode, durationSeconds: 8, seed, directions: parseDirections(prompt), focal: { x: (seed % 3) / 2, y: 0.1 }, depth: scene.depth });
              for (let frame = 0; frame < 24; frame++) {
                fillMesh(mesh, plan, poseAt(plan, mode, motion, frame, 24), scene.depth);
                for (let n = 0; n < mesh.x.length; n++) {
                  beyond = Math.max(beyond, -mesh.x[n]!, mesh.x[n]! - width, -mesh.y[n]!, mesh.y[n]! - height);
                }
              }
            }
      expect(beyond).toBeLessThan(1e-6);
    }
  });

  it('never blends a bright surrounding into the picture', async () => {
    for (const [seed, prompt] of [[1, ''], [2, 'pan right'], [3, 'zoom out'], [4, 'rotate']] as const) {
      const job = await smallJob({ motion: 'kinetic', seed, prompt });
      const scene = await prepareScene(job);
      const { y } = scene.work;
      const inside = (row: number, column: number) => row >= PAD && row < y.height + PAD && column >= PAD && column < y.width + PAD;
      for (let row = 0; row < y.height + 2 * PAD; row++) {
        for (let column = 0; column < y.stride; column++) y.data[row * y.stride + column] = inside(row, column) ? 40 : 255;
      }
      const { width, height } = scene.framing;
      const out = newPicture(width, height);
      const mesh = newMesh(width, height);
      let brightest = 0;
      for (let frame = 0; frame < 24; frame++) {
        fillMesh(mesh, scene.plan, poseAt(scene.plan, job.mode, job.motion, frame, 24), scene.depth);
        warpPicture(scene.work, mesh, width, height, out);
        for (let i = 0; i < width * height; i++) brightest = Math.max(brightest, out[i]!);
      }
      expect(brightest).toBe(40);
    }
  });

  it('never folds or visibly tears: neighbours stay neighbours', async () => {
    const job = await smallJob({ motion: 'kinetic', prompt: 'orbit right' });
    const scene = await prepareScene(job);
    const mesh = newMesh(scene.framing.width, scene.framing.height);
    fillMesh(mesh, scene.plan, poseAt(scene.plan, 'loop', 'kinetic', 12, 24), scene.depth);
    const columns = Math.floor(scene.framing.width / 16);
    for (let row = 0; row < mesh.rows; row++) {
      for (let c = 1; c <= columns; c++) {
        const step = (mesh.x[row * mesh.columns + c]! - mesh.x[row * mesh.columns + c - 1]!) / 16;
        expect(step).toBeGreaterThan(0.45);
        expect(step).toBeLessThan(1.3);
      }
    }
  });
});
