import { CheckpointArchiveError } from '../errors.ts';

/** The records of a zip archive (PKWARE's APPNOTE 4.3) by their first four bytes. */
export const signatures = {
  localFile: 0x04034b50,
  centralFile: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  end64Locator: 0x07064b50,
} as const;

/** Sizes of the records without names, extra fields and comments. */
export const recordSizes = { localFile: 30, centralFile: 46, end: 22, end64: 56, end64Locator: 20 } as const;

export const methods = { stored: 0, deflated: 8 } as const;

/** Numbers that do not fit 16 or 32 bits are written as these, and in full in a zip64 record. */
export const beyond16 = 0xffff;
export const beyond32 = 0xffffffff;

/** The extra field of the sizes and offsets beyond 32 bits. */
export const zip64Extra = 1;

export function damagedArchive(message: string, value?: unknown): CheckpointArchiveError {
  return new CheckpointArchiveError(message, {
    remedy: 'The archive is damaged or not written by PyTorch: fetch it again, from where you trust it.',
    value,
  });
}
