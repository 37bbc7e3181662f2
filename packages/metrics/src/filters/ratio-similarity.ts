/** (2 a b + c) / (a^2 + b^2 + c): 1 where a and b are equal. */
export const ratioSimilarity = (a: number, b: number, c: number): number => (2 * a * b + c) / (a * a + b * b + c);
