import { CELL, type Mesh } from './mesh';

/** Rows and columns of repeated edge around every plane, so that sampling needs no bounds checks. */
export const PAD = 4;

/** A plane of bytes with `PAD` pixels of repeated edge on all sides. */
export interface PaddedPlane {
  width: number;
  height: number;
  stride: number;
  data: Uint8Array;
}

/** The picture the warp reads: usually 1.5 times as large as the output, so that bilinear sampling stays crisp. */
export interface WorkPicture {
  y: PaddedPlane;
  u: PaddedPlane;
  v: PaddedPlane;
}

/** Packed planar yuv420p bytes of an output. */
export function newPicture(width: number, height: number): Uint8Array {
  return new Uint8Array((width * height * 3) / 2);
}

/**
 * Renders the output that `mesh` describes into `out` (packed yuv420p of `width` x `height`).
 * Positions run in 16.16 fixed point and are blended in 1/256 of a pixel. Chroma is sited left, as H.264 expects.
 */
export function warpPicture(work: WorkPicture, mesh: Mesh, width: number, height: number, out: Uint8Array): void {
  const luma = width * height;
  warpLuma(work.y, mesh, width, height, out);
  warpChroma(work, mesh, width, height, out, luma);
}

// Mesh positions are edges-at-whole-numbers; a plane's pixel i has its middle at i + 0.5, hence the half pixel.
function toPlane(position: number, scale: number, size: number): number {
  const at = position * scale - 0.5 + PAD;
  return at < 1 ? 1 : at > size + 2 * PAD - 3 ? size + 2 * PAD - 3 : at;
}

function warpLuma(plane: PaddedPlane, mesh: Mesh, width: number, height: number, out: Uint8Array): void {
  const source = plane.data;
  const stride = plane.stride;
  const scaleX = plane.width / width;
  const scaleY = plane.height / height;
  const rows = Math.max(1, mesh.rows - 1);
  const columns = Math.max(1, mesh.columns - 1);
  for (let row = 0; row < rows; row++) {
    const top = row * CELL;
    const tall = Math.min(CELL, height - top);
    for (let line = 0; line < tall; line++) {
      const down = (line + 0.5) / tall;
      let n = row * mesh.columns;
      let write = (top + line) * width;
      let x0 = toPlane(mix(mesh.x, n, mesh.columns, down), scaleX, plane.width);
      let y0 = toPlane(mix(mesh.y, n, mesh.columns, down), scaleY, plane.height);
      for (let column = 0; column < columns; column++) {
        const wide = Math.min(CELL, width - column * CELL);
        n++;
        const x1 = toPlane(mix(mesh.x, n, mesh.columns, down), scaleX, plane.width);
        const y1 = toPlane(mix(mesh.y, n, mesh.columns, down), scaleY, plane.height);
        const stepX = ((x1 - x0) * 65536) / wide;
        const stepY = ((y1 - y0) * 65536) / wide;
        let sx = (x0 * 65536 + stepX * 0.5) | 0;
        let sy = (y0 * 65536 + stepY * 0.5) | 0;
        const dx = Math.round(stepX);
        const dy = Math.round(stepY);
        for (let i = 0; i < wide; i++) {
          const o = (sy >> 16) * stride + (sx >> 16);
          const fx = (sx >> 8) & 255;
          const a = source[o]!;
          const c = source[o + stride]!;
          const t = (a << 8) + (source[o + 1]! - a) * fx;
          const b = (c << 8) + (source[o + stride + 1]! - c) * fx;
          out[write++] = ((t << 8) + (b - t) * ((sy >> 8) & 255) + 32768) >> 16;
          sx += dx;
          sy += dy;
        }
        x0 = x1;
        y0 = y1;
      }
    }
  }
}

function warpChroma(work: WorkPicture, mesh: Mesh, width: number, height: number, out: Uint8Array, luma: number): void {
  const { u, v } = work;
  const su = u.data;
  const sv = v.data;
  const stride = u.stride;
  const scaleX = u.width / width;
  const scaleY = u.height / height;
  const half = width >> 1;
  const vStart = luma + (luma >> 2);
  const rows = Math.max(1, mesh.rows - 1);
  const columns = Math.max(1, mesh.columns - 1);
  for (let row = 0; row < rows; row++) {
    const top = row * CELL;
    const tall = Math.min(CELL, height - top);
    for (let line = 0; line < tall; line += 2) {
      const down = (line + 1) / tall;
      let n = row * mesh.columns;
      let write = ((top + line) >> 1) * half;
      let x0 = toPlane(mix(mesh.x, n, mesh.columns, down), scaleX, u.width);
      let y0 = toPlane(mix(mesh.y, n, mesh.columns, down), scaleY, u.height);
      for (let column = 0; column < columns; column++) {
        const wide = Math.min(CELL, width - column * CELL);
        n++;
        const x1 = toPlane(mix(mesh.x, n, mesh.columns, down), scaleX, u.width);
        const y1 = toPlane(mix(mesh.y, n, mesh.columns, down), scaleY, u.height);
        const stepX = ((x1 - x0) * 65536) / wide;
        const stepY = ((y1 - y0) * 65536) / wide;
        let sx = (x0 * 65536 + stepX * 0.5) | 0;
        let sy = (y0 * 65536 + stepY * 0.5) | 0;
        const dx = Math.round(stepX * 2);
        const dy = Math.round(stepY * 2);
        for (let i = 0; i < wide; i += 2) {
          const o = (sy >> 16) * stride + (sx >> 16);
          const fx = (sx >> 8) & 255;
          const fy = (sy >> 8) & 255;
          let a = su[o]!;
          let c = su[o + stride]!;
          let t = (a << 8) + (su[o + 1]! - a) * fx;
          let b = (c << 8) + (su[o + stride + 1]! - c) * fx;
          out[luma + write] = ((t << 8) + (b - t) * fy + 32768) >> 16;
          a = sv[o]!;
          c = sv[o + stride]!;
          t = (a << 8) + (sv[o + 1]! - a) * fx;
          b = (c << 8) + (sv[o + stride + 1]! - c) * fx;
          out[vStart + write] = ((t << 8) + (b - t) * fy + 32768) >> 16;
          write++;
          sx += dx;
          sy += dy;
        }
        x0 = x1;
        y0 = y1;
      }
    }
  }
}

function mix(nodes: Float64Array, n: number, columns: number, down: number): number {
  const a = nodes[n]!;
  return a + (nodes[n + columns]! - a) * down;
}
