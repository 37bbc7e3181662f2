const shift = 12;
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** The gamma function for x > 0, to about 1e-14: Stirling's series after moving x beyond 12. */
export function gamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < shift; z++) product *= z;
  const u = 1 / (z * z);
  const series =
    (1 / 12 - u * (1 / 360 - u * (1 / 1260 - u * (1 / 1680 - u * (1 / 1188 - u * (691 / 360360 - u / 156)))))) / z;
  return Math.exp((z - 0.5) * Math.log(z) - z + halfLogTwoPi + series) / product;
}
