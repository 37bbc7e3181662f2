import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WeightsDownloadError } from './errors.ts';

export interface DownloadOptions {
  /** Told the bytes that have come, and how many there will be where that is known. */
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
}

/**
 * Streams what lies at an address into a file that does not exist yet and gives its SHA-256.
 *
 * @throws WeightsDownloadError when nothing answers, or something else than the file
 */
export async function download(
  source: { readonly name: string; readonly address: string },
  path: string,
  { onProgress = () => {}, signal }: DownloadOptions,
): Promise<string> {
  const response = await fetch(source.address, { signal }).catch((cause: Error) => {
    signal?.throwIfAborted();
    const { code, message } = (cause.cause ?? cause) as { code?: string; message: string };
    throw new WeightsDownloadError(source, `nothing answers (${code ?? message})`, cause);
  });
  if (!response.ok || !response.body)
    throw new WeightsDownloadError(source, `the answer is ${response.status} ${response.statusText}`.trim());
  const length = Number(response.headers.get('content-length')) || undefined;
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      onProgress(bytes, length);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(response.body as never), counted, createWriteStream(path, { flags: 'wx' }), {
      signal,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new WeightsDownloadError(source, `it ended after ${bytes} bytes (${(cause as Error).message})`, cause);
  }
  return hash.digest('hex');
}

/** The SHA-256 of a file. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
