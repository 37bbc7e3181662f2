import { nearestName } from './edit-distance.ts';
import { ParameterMismatchError } from './errors.ts';

export interface MismatchReport {
  readonly missing: string[];
  readonly unexpected: string[];
  readonly mismatched: string[];
}

const shown = 12;

function list(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length > shown ? [`... and ${lines.length - shown} more`] : [];
  return [`${title} (${lines.length}):`, ...[...lines.slice(0, shown), ...rest].map((line) => `  ${line}`)];
}

/** The error that says how names and shapes differ; missing names come with the unexpected name that looks most alike. */
export function parameterMismatch(report: MismatchReport, strict: boolean): ParameterMismatchError {
  const missing = report.missing.map((name, index) => {
    const nearest = index < shown ? nearestName(name, report.unexpected) : undefined;
    return nearest === undefined ? name : `${name} (the checkpoint has ${nearest})`;
  });
  const lines = [
    'The checkpoint does not fit the model.',
    ...list('Missing in the checkpoint', strict ? missing : []),
    ...list('Unexpected in the checkpoint', strict ? report.unexpected : []),
    ...list('Different shape or type', report.mismatched),
  ];
  const namesOnly = report.mismatched.length === 0;
  const remedy = namesOnly
    ? 'Build the model with the options it was saved with, or load with { strict: false } to take what fits.'
    : 'Build the model with the options it was saved with.';
  return new ParameterMismatchError(lines.join('\n'), { remedy, value: report });
}
