import { spawn } from 'node:child_process';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadError, WheelHashError } from '../errors.ts';
import { diskFull } from './file-errors.ts';
import type { PinnedWheel } from './pinned-wheels.ts';
import type { OnProgress } from './progress.ts';
import { requirePython } from './python.ts';

export interface DownloadOptions {
  readonly onProgress?: OnProgress;
  readonly signal?: AbortSignal;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The bytes of all files below a folder: pip reports no progress that a program could read. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        (info) => info.size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function failure(output: string, wheels: readonly PinnedWheel[], folder: string): Error {
  const said = output.trim().split('\n').slice(-6).join('\n');
  const names = wheels.map(({ fileName }) => fileName).join(', ');
  if (/DO NOT MATCH THE HASHES/i.test(output)) {
    return new WheelHashError(`pip found other files than the ones pinned for ${names}.`, {
      value: said,
      remedy: "Check pip's index settings (pip config list): a mirror there offers changed files.",
    });
  }
  if (/No space left on device|Errno 28/.test(output)) return diskFull(folder, undefined, said);
  return new DownloadError(`pip could not obtain ${names}:\n${said}`, {
    value: said,
    remedy:
      "Check the network and pip's own proxy and index settings (pip config list), or fetch the file elsewhere and use --wheel FILE.",
  });
}

/** Runs pip; resolves to its exit code and what it said. */
function pip(command: string, args: string[], env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<[number, string]> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['-m', 'pip', ...args], { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    let failed: Error | undefined;
    child.on('error', (error) => {
      failed = error;
      if (child.pid === undefined) reject(error);
    });
    child.on('close', (code) => (failed ? reject(failed) : resolve([code ?? 1, output])));
  });
}

/**
 * Obtains pinned wheels through pip, with pip's own proxy and index settings, into `folder`.
 * The tags name the files, so that every Python from 3.9 on fetches the same ones; pip checks their hashes.
 */
export async function downloadWheels(
  wheels: readonly PinnedWheel[],
  platformTags: readonly string[],
  folder: string,
  { onProgress, signal, environment = process.env }: DownloadOptions = {},
): Promise<void> {
  const { command } = requirePython(environment);
  const requirements = join(folder, 'requirements.txt');
  const temporary = join(folder, 'pip');
  await mkdir(temporary, { recursive: true });
  await writeFile(
    requirements,
    wheels.map(({ project, version, sha256 }) => `${project}==${version} --hash=sha256:${sha256}\n`).join(''),
  );
  const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  const name = wheels.length === 1 ? (wheels[0]?.fileName ?? '') : `${wheels.length} wheels`;
  const report = async () =>
    onProgress?.({ step: 'download', name, done: Math.min(await sizeOf(folder), total), total });
  const timer = setInterval(report, 500);
  try {
    const [code, output] = await pip(
      command,
      [
        ...[
          'download',
          '--no-deps',
          '--only-binary=:all:',
          '--require-hashes',
          '--no-input',
          '--disable-pip-version-check',
        ],
        ...['--python-version', '3.12', '--implementation', 'cp', '--abi', 'cp312', '--abi', 'none'],
        ...platformTags.flatMap((tag) => ['--platform', tag]),
        ...['--progress-bar', 'off', '--dest', folder, '--requirement', requirements],
      ],
      { PIP_RETRIES: '2', ...environment, PIP_REQUIRE_VIRTUALENV: 'false', TMPDIR: temporary },
      signal,
    );
    if (code !== 0) throw failure(output, wheels, folder);
    onProgress?.({ step: 'download', name, done: total, total });
  } finally {
    clearInterval(timer);
  }
}
