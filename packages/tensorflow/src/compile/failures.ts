import { CompileError, FunctionFailedError } from './errors.ts';

/** The named error for what TensorFlow said; errors of ours stay as they are. */
export function failureOf(name: string, action: string, cause: unknown): Error {
  if (cause instanceof CompileError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new FunctionFailedError(`TensorFlow could not ${action} ${name}: ${message.slice(0, 2000)}`, {
    remedy: 'Run the function without compile() to find the operation at fault; with XLA, try without it.',
    cause,
  });
}

export function explainFailure<Result>(name: string, action: string, body: () => Result): Result {
  try {
    return body();
  } catch (cause) {
    throw failureOf(name, action, cause);
  }
}
