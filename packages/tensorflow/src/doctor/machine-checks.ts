import { accessSync, constants, existsSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { dirname } from 'node:path';
import { shippedBinding } from '../install/binding-files.ts';
import { cacheFolder } from '../install/cache.ts';
import { findCompiler } from '../install/compile-binding.ts';
import { installationFolder, isInstalled, platformName, tensorflowVersion } from '../install/layout.ts';
import { hasBinding } from '../install/place-binding.ts';
import { findPython } from '../install/python.ts';
import type { Check } from './report.ts';

const ok = (name: string, value: string): Check => ({ name, status: 'ok', value });
const missing = (name: string, value: string, remedy: string): Check => ({ name, status: 'missing', value, remedy });

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return ok('Node', process.versions.node);
  return { name: 'Node', status: 'failed', value: process.versions.node, remedy: 'Install Node 20.19 or newer.' };
}

function python(): Check {
  const found = findPython();
  if (found) return ok('Python', `${found.command}, ${found.pip}`);
  return missing(
    'Python',
    'none with pip',
    'Only `install` needs it: install python3 with pip, or use install --wheel FILE.',
  );
}

function compiler(): Check {
  const found = findCompiler();
  if (found) return ok('C++ compiler', shippedBinding() ? `${found}, not needed: a binding is shipped` : found);
  if (shippedBinding()) return ok('C++ compiler', 'none, and none is needed: a binding is shipped');
  return missing(
    'C++ compiler',
    'none',
    'Only `install` needs it where no binding is shipped: install g++ or clang++.',
  );
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return !existsSync(folder) && dirname(folder) !== folder && isWritable(dirname(folder));
  }
}

function cache(): Check {
  const folder = cacheFolder();
  if (isWritable(folder)) return ok('Cache', folder);
  return missing('Cache', `${folder}, read-only`, 'Only `install` writes there: make it writable or set DEFLOW_CACHE.');
}

function installed(): Check {
  const variants = (['cpu', 'cuda'] as const).filter((variant) => isInstalled(variant));
  if (variants.length === 0) return missing('Installed', 'no TensorFlow', 'Run npx deflow-tensorflow install.');
  const described = variants.map((variant) => {
    const binding = hasBinding(installationFolder(variant)) ? '' : ', without a binding of this version';
    return `TensorFlow ${tensorflowVersion}${variant === 'cuda' ? ' with CUDA' : ''}${binding}`;
  });
  return ok('Installed', described.join('\n'));
}

/** What the machine brings. None of it is needed once TensorFlow is installed. */
export const machineChecks = (): Check[] => [
  node(),
  ok('Platform', `${platformName} ${release()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`),
  python(),
  compiler(),
  cache(),
  installed(),
];
