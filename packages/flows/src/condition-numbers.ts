import { IllConditionedError, SingularMatrixError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { type HostMatrix, invert } from './host-matrix.ts';
import type { MultiScaleFlow } from './multi-scale.ts';

/** What a layer's matrix is in float64 on the host. */
export interface MatrixReport {
  /** [outputs][inputs], as the layer has it in float32. */
  readonly matrix: number[][];
  readonly inverse: number[][];
  /** ln|det| of the matrix, at one position. */
  readonly logDet: number;
  /** The largest column sum of the matrix times that of its inverse: at least 1, the factor by which relative errors may grow. */
  readonly conditionNumber: number;
}

const largestColumnSum = (rows: HostMatrix): number =>
  Math.max(...rows.map((_, j) => rows.reduce((total, row) => total + Math.abs(row[j]), 0)));

/**
 * Inverts a layer's `matrix` in float64 on the host: the exact counterpart of what its `inverse` does inside the graph.
 * undefined for layers that are not one matrix. Throws `SingularMatrixError`.
 */
export async function inspectMatrix(layer: FlowLayer): Promise<MatrixReport | undefined> {
  const tensor = layer.matrix?.();
  if (!tensor) return undefined;
  const matrix = await tensor.array();
  tensor.dispose();
  const { inverse, logDet } = invert(matrix);
  return { matrix, inverse, logDet, conditionNumber: largestColumnSum(matrix) * largestColumnSum(inverse) };
}

/**
 * The condition numbers of all matrices in a flow, by the path to their layer (`level 0 > step > conv1x1`); Infinity for a singular
 * one. `plainConv1x1` inverts well in float32 up to about 1,000.
 */
export async function conditionNumbers(flow: FlowLayer | MultiScaleFlow): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const visit = async (layer: FlowLayer, path: readonly string[]): Promise<void> => {
    try {
      const report = await inspectMatrix(layer);
      if (report) found.set(path.join(' > ') || layer.kind, report.conditionNumber);
    } catch (error) {
      if (!(error instanceof SingularMatrixError)) throw error;
      found.set(path.join(' > ') || layer.kind, Number.POSITIVE_INFINITY);
    }
    for (const [name, child] of layer.layers ?? []) await visit(child, [...path, name]);
  };
  if ('levels' in flow) for (const [i, { flow: layer }] of flow.levels.entries()) await visit(layer, [`level ${i}`]);
  else await visit(flow, []);
  return found;
}

/** Throws `IllConditionedError`, with the paths to the layers, where a condition number is above `limit` or not a number. */
export async function requireWellConditioned(
  flow: FlowLayer | MultiScaleFlow,
  { limit = 1000 }: { readonly limit?: number } = {},
): Promise<void> {
  const bad = [...(await conditionNumbers(flow))].filter(([, number]) => !(number <= limit));
  if (bad.length === 0) return;
  const list = bad.map(([path, number]) => `${path} (${number.toPrecision(3)})`).join(', ');
  throw new IllConditionedError(`Condition numbers above ${limit}: ${list}.`, {
    remedy:
      'Use `invertibleConv1x1` or `householderConv1x1`, a lower learning rate, or go back to an earlier checkpoint.',
    value: Math.max(...bad.map(([, number]) => number)),
  });
}
