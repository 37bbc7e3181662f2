/** Squared length of the gradient at every pixel: central differences, one-sided at the border. */
export function gradientEnergy(plane: Float64Array, width: number, height: number): Float64Array {
  const energy = new Float64Array(plane.length);
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - 1);
    const below = Math.min(height - 1, y + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - 1);
      const right = Math.min(width - 1, x + 1);
      const dx = (plane[y * width + right]! - plane[y * width + left]!) / Math.max(1, right - left);
      const dy = (plane[below * width + x]! - plane[above * width + x]!) / Math.max(1, below - above);
      energy[y * width + x] = dx * dx + dy * dy;
    }
  }
  return energy;
}
