/** What the median amplitude at the finest scale is multiplied by to give the energy that noise reaches, for filters of one orientation. */
export function noiseFactor(filters: readonly Float64Array[], width: number, height: number): number {
  // Real parts of the filters in space; by Parseval's theorem their products are those of the even parts in frequency.
  const even = filters.map((filter) => evenPart(filter, width, height));
  let own = 0;
  let mixed = 0;
  for (let i = 0; i < even.length; i++) {
    own += sumOfProducts(even[i]!, even[i]!);
    for (let j = i + 1; j < even.length; j++) mixed += sumOfProducts(even[i]!, even[j]!);
  }
  const power = -1 / Math.log(0.5) / sumOfProducts(filters[0]!, filters[0]!);
  const deviation = Math.sqrt(power * (own + 2 * mixed));
  return (deviation * (Math.sqrt(Math.PI / 2) + 2 * Math.sqrt(2 - Math.PI / 2))) / 1.7;
}

function sumOfProducts(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function evenPart(filter: Float64Array, width: number, height: number): Float64Array {
  const even = new Float64Array(filter.length);
  for (let y = 0, at = 0; y < height; y++) {
    const mirrored = ((height - y) % height) * width;
    for (let x = 0; x < width; x++, at++) even[at] = (filter[at]! + filter[mirrored + ((width - x) % width)]!) / 2;
  }
  return even;
}
