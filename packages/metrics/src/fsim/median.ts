/** Where the median lies among ascending values: the lower of the two middle ones. */
export const medianIndex = (count: number): number => (count - 1) >> 1;

/** The lower median, found by Hoare's selection; the values are put in another order. */
export function lowerMedian(values: Float64Array): number {
  const wanted = medianIndex(values.length);
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const kept = values[i]!;
      values[i++] = values[j]!;
      values[j--] = kept;
    }
    if (wanted <= j) high = j;
    else if (wanted >= i) low = i;
    else break;
  }
  return values[wanted]!;
}
