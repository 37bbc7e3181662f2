/**
 * The name that an ICC profile gives itself (its `desc` tag: ASCII in version 2, UTF-16 in version 4), or `undefined`
 * when it has none.
 */
export function iccProfileName(profile: Uint8Array): string | undefined {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  const text = (at: number, length: number) => String.fromCharCode(...profile.subarray(at, at + length));
  try {
    for (let tag = 0; tag < view.getUint32(128); tag++) {
      const entry = 132 + 12 * tag;
      if (text(entry, 4) !== 'desc') continue;
      const at = view.getUint32(entry + 4);
      if (text(at, 4) === 'desc') return text(at + 12, view.getUint32(at + 8) - 1);
      if (text(at, 4) !== 'mluc') return undefined;
      const units = Array.from({ length: view.getUint32(at + 20) / 2 }, (_, i) =>
        view.getUint16(at + view.getUint32(at + 24) + 2 * i),
      );
      return String.fromCharCode(...units);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return undefined;
}
