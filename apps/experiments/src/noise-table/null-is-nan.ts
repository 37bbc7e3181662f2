/** For `JSON.parse`: numbers that do not exist, such as the level of a brightness without patches, are null in JSON. */
export const nullIsNaN = (_: string, value: unknown): unknown => (value === null ? Number.NaN : value);
