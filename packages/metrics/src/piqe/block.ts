export const blockSide = 16;
const segment = 6;
const threshold = 0.1;

/** What PIQE sees in a block of 16 x 16 normalised contrasts. */
export interface BlockJudgement {
  readonly active: boolean;
  readonly artefact: boolean;
  readonly noise: boolean;
  /** What the block adds to the distortion. */
  readonly distortion: number;
}

/** Judges the block at (left, top) of a map (Venkatanath et al. 2015). */
export function judgeBlock(contrast: Float64Array, width: number, left: number, top: number): BlockJudgement {
  const block = new Float64Array(blockSide ** 2);
  for (let y = 0; y < blockSide; y++) {
    const start = (top + y) * width + left;
    block.set(contrast.subarray(start, start + blockSide), y * blockSide);
  }
  const variance = varianceOf(block);
  if (!(variance > threshold)) return { active: false, artefact: false, noise: false, distortion: 0 };
  const artefact = edges.some((edge) => hasUniformSegment(edge.map((index) => block[index]!)));
  const noise = isNoisy(block, Math.sqrt(variance));
  return { active: true, artefact, noise, distortion: (artefact ? 1 - variance : 0) + (noise ? variance : 0) };
}

const last = blockSide - 1;
const along = Array.from({ length: blockSide }, (_, i) => i);
/** The positions of the four edges of a block. */
const edges = [
  along,
  along.map((i) => last * blockSide + i),
  along.map((i) => i * blockSide),
  along.map((i) => i * blockSide + last),
];

function hasUniformSegment(edge: readonly number[]): boolean {
  for (let start = 0; start + segment <= edge.length; start++)
    if (Math.sqrt(varianceOf(edge.slice(start, start + segment))) < threshold) return true;
  return false;
}

/** The two columns of the centre are 7 and 8; those left out of the surround are 7 and 9, as in the reference program. */
function isNoisy(block: Float64Array, deviation: number): boolean {
  const centre: number[] = [];
  const surround: number[] = [];
  block.forEach((value, index) => {
    const column = index % blockSide;
    if (column === 7 || column === 8) centre.push(value);
    if (column !== 7 && column !== 9) surround.push(value);
  });
  const ratio = Math.sqrt(varianceOf(centre) / varianceOf(surround)) || 0;
  const contrast = Math.abs(deviation - ratio) / Math.max(deviation, ratio);
  return deviation > 2 * contrast;
}

/** Of a sample: divided by the count less one. */
function varianceOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2;
  return squares / (values.length - 1);
}
