import type { Random } from '@deflow/images';

/** A closed outline around (x, y). */
export interface Shape {
  readonly x: number;
  readonly y: number;
  /** No point of the shape is further from its centre. */
  readonly reach: number;
  /** Turn and scale to (u, v), where the plain shape is about the unit disc: u = ux dx + uy dy, v = vx dx + vy dy. */
  readonly ux: number;
  readonly uy: number;
  readonly vx: number;
  readonly vy: number;
  /** The smaller half axis in pixels. */
  readonly radius: number;
  /** Signed distance to the outline, approximately, in pixels: positive inside. */
  readonly depth: (u: number, v: number) => number;
}

const angles = 128;

/** Ellipse, rounded box, or a wavy outline of some harmonics; stretched and turned. */
export function drawShape(random: Random, x: number, y: number, radius: number): Shape {
  const kind = random.uniform();
  const thin = random.uniform() < 0.18;
  const aspect = thin ? 0.06 + 0.2 * random.uniform() : 0.45 + 0.55 * random.uniform();
  const upright = random.uniform() < 0.35;
  const turn = upright ? (random.integer(2) * Math.PI) / 2 + 0.05 * random.normal() : 2 * Math.PI * random.uniform();
  const long = thin ? radius * 2 : radius;
  const short = Math.max(long * aspect, 0.7);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const place = { x, y, ux: cos / long, uy: sin / long, vx: -sin / short, vy: cos / short, radius: short };
  if (kind < 0.3) return { ...place, reach: long, depth: (u, v) => (1 - Math.sqrt(u * u + v * v)) * short };
  if (kind < 0.6) {
    const corner = 0.15 + 0.5 * random.uniform();
    const box = (u: number, v: number) => {
      const a = Math.abs(u) - (1 - corner);
      const b = Math.abs(v) - (1 - corner);
      const outside = Math.sqrt(Math.max(a, 0) ** 2 + Math.max(b, 0) ** 2);
      return (corner - outside - Math.min(Math.max(a, b), 0)) * short;
    };
    return { ...place, reach: long + short, depth: box };
  }
  const wavy = wavyRadii(random);
  const scale = angles / (2 * Math.PI);
  const depth = (u: number, v: number) => {
    const rho = Math.sqrt(u * u + v * v);
    const at = (Math.atan2(v, u) + Math.PI) * scale;
    const index = Math.floor(at);
    const rest = at - index;
    const edge = wavy[index % angles]! * (1 - rest) + wavy[(index + 1) % angles]! * rest;
    return (edge - rho) * short;
  };
  return { ...place, reach: long * Math.max(...wavy), depth };
}

/** The radius at equally spaced angles: 1 and harmonics 2 to 9 with random phases. */
function wavyRadii(random: Random): Float64Array {
  const strength = 0.1 + 0.35 * random.uniform();
  const waves = Array.from({ length: 8 }, (_, i) => {
    const order = i + 2;
    return { order, size: (strength * random.normal()) / order, phase: 2 * Math.PI * random.uniform() };
  });
  return Float64Array.from({ length: angles }, (_, i) => {
    const angle = (2 * Math.PI * i) / angles;
    const radius = waves.reduce((sum, { order, size, phase }) => sum + size * Math.cos(order * angle + phase), 1);
    return Math.min(Math.max(radius, 0.3), 1.7);
  });
}
