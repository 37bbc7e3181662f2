type Point = readonly [x: number, y: number];

/** A running mean over `width` of the points, centred; single numbers that are not finite are left out. */
export function smooth(points: readonly Point[], width: number): Point[] {
  const half = Math.floor(width / 2);
  return points.map(([x], index) => {
    const near = points.slice(Math.max(0, index - half), index + half + 1).filter(([, y]) => Number.isFinite(y));
    return [x, near.reduce((sum, [, y]) => sum + y, 0) / near.length];
  });
}

/** At most `most` of the points, evenly chosen, the last one among them. */
export function thin<Item>(items: readonly Item[], most: number): Item[] {
  const stride = Math.ceil(items.length / most);
  return items.filter((_, index) => (items.length - 1 - index) % stride === 0);
}
