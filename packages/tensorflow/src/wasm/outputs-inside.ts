/** The outputs from `first` up to `last` whose input, output * stride + offset, lies within 0..length - 1. */
export function outputsInside(offset: number, stride: number, length: number, first: number, last: number) {
  const start = Math.max(first, Math.ceil(-offset / stride));
  const end = Math.min(last, Math.floor((length - 1 - offset) / stride) + 1);
  return { start, count: Math.max(0, end - start) };
}
