import type { Canvas } from './canvas.ts';
import type { Shape } from './shape.ts';
import type { Texture } from './texture.ts';

/** Visits every pixel of the canvas within `reach` of the shape's centre, shifted by (shiftX, shiftY). */
function visit(
  { width, height }: Canvas,
  { x, y, ux, uy, vx, vy, depth }: Shape,
  reach: number,
  paint: (index: number, depth: number, u: number, v: number, dx: number, dy: number) => void,
): void {
  const top = Math.max(Math.floor(y - reach), 0);
  const bottom = Math.min(Math.ceil(y + reach), height - 1);
  const left = Math.max(Math.floor(x - reach), 0);
  const right = Math.min(Math.ceil(x + reach), width - 1);
  for (let row = top; row <= bottom; row++)
    for (let column = left; column <= right; column++) {
      const dx = column - x;
      const dy = row - y;
      const u = ux * dx + uy * dy;
      const v = vx * dx + vy * dy;
      paint((row * width + column) * 3, depth(u, v), u, v, dx, dy);
    }
}

const clamp01 = (value: number): number => Math.min(Math.max(value, 0), 1);

/** Paints a leaf over the canvas; its edge is a ramp of `softness` pixels (1: sharp, antialiased). */
export function drawLeaf(canvas: Canvas, shape: Shape, texture: Texture, softness: number): void {
  const { data } = canvas;
  const { colour, towards, pattern, slopeU, slopeV, round } = texture;
  const [red, green, blue] = colour;
  const [toRed, toGreen, toBlue] = [towards[0] - red, towards[1] - green, towards[2] - blue];
  visit(canvas, shape, shape.reach + softness, (index, depth, u, v, dx, dy) => {
    const cover = clamp01(depth / softness + 0.5);
    if (cover === 0) return;
    const mix = pattern(dx, dy, u, v);
    const light = (1 + slopeU * u + slopeV * v - round * (u * u + v * v)) * (1 + 0.5 * mix);
    data[index]! += cover * ((red + mix * toRed) * light - data[index]!);
    data[index + 1]! += cover * ((green + mix * toGreen) * light - data[index + 1]!);
    data[index + 2]! += cover * ((blue + mix * toBlue) * light - data[index + 2]!);
  });
}

/** Darkens what lies under a leaf by up to `strength`, fading over `softness` pixels. */
export function drawShadow(canvas: Canvas, shape: Shape, softness: number, strength: number): void {
  const { data } = canvas;
  visit(canvas, shape, shape.reach + softness, (index, depth) => {
    const cover = clamp01(depth / softness + 0.5);
    if (cover === 0) return;
    const light = 1 - strength * cover * cover;
    data[index]! *= light;
    data[index + 1]! *= light;
    data[index + 2]! *= light;
  });
}
