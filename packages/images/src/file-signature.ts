const starts = [
  ['png', '\u0089PNG\r\n\u001a\n'],
  ['jpeg', 'ÿØÿ'],
  ['webp', 'RIFF'],
  ['tiff', 'II*\0'],
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0*'],
  ['tiff', 'MM\0+'],
] as const;

/** The format that the first bytes of a file announce, whatever its name says. */
export function announcedFormat(bytes: Uint8Array): 'png' | 'jpeg' | 'webp' | 'tiff' | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  return starts.find(([, signature]) => start.startsWith(signature))?.[0];
}
