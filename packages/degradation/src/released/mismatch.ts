import type { CheckpointTensor } from '@deflow/checkpoints';
import { ParameterMismatchError } from '@deflow/nn';

/** How a state dict differs from what a model needs. */
export interface ReleasedReport {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
  /** `KEY: wanted [shape], found TYPE [shape]`. */
  readonly misshapen: readonly string[];
}

const shown = 12;

const noParameters = ['int64', 'uint64', 'bool'];

/** Compares keys, shapes and types. */
export function compareKeys(
  wanted: ReadonlyMap<string, readonly number[]>,
  tensors: ReadonlyMap<string, CheckpointTensor>,
): ReleasedReport {
  const misshapen = [...wanted].flatMap(([key, shape]) => {
    const found = tensors.get(key);
    if (!found || (found.shape.join() === shape.join() && !noParameters.includes(found.type))) return [];
    return [`${key}: wanted [${shape}], found ${found.type} [${found.shape}]`];
  });
  return {
    missing: [...wanted.keys()].filter((key) => !tensors.has(key)),
    unexpected: [...tensors.keys()].filter((key) => !wanted.has(key)),
    misshapen,
  };
}

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > shown ? [`... and ${lines.length - shown} more`] : [];
  return [`${title} (${lines.length}):`, ...[...lines.slice(0, shown), ...rest].map((line) => `  ${line}`)];
}

/** @throws ParameterMismatchError for misshapen tensors, and unless `strict` is false for missing and unexpected ones. */
export function requireMatch(report: ReleasedReport, { strict, remedy }: { strict: boolean; remedy: string }): void {
  const { missing, unexpected, misshapen } = report;
  const lines = [
    ...(strict ? [...list('Missing', missing), ...list('Unexpected', unexpected)] : []),
    ...list('Misshapen', misshapen),
  ];
  if (lines.length === 0) return;
  throw new ParameterMismatchError(['The state dict does not fit the model.', ...lines].join('\n'), {
    remedy,
    value: report,
  });
}
