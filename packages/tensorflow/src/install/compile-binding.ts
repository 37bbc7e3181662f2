import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BindingBuildError, CompilerMissingError } from '../errors.ts';
import { quietFile } from '../native/binding.ts';
import { bindingFile, placeBinding, sourceFolder } from './binding-files.ts';

/** The C++ compilers to try: the one that `CXX` names, then the usual ones. */
export function findCompiler(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const candidates = [environment.CXX, 'c++', 'g++', 'clang++'].filter((name): name is string => Boolean(name));
  return candidates.find((name) => spawnSync(name, ['--version'], { env: environment }).status === 0);
}

const mac = process.platform === 'darwin';

const common = [
  ...['-std=c++17', '-O2', '-w', '-fPIC', '-fvisibility=hidden', '-DNAPI_VERSION=8'],
  ...(mac ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared']),
  ...['-I', join(sourceFolder, 'vendor', 'node-api')],
];

/** What the binding needs of TensorFlow; the libraries are found beside the binding when it is loaded. */
const withTensorFlow = (folder: string): string[] => [
  ...['-I', join(sourceFolder, 'vendor', 'tfjs-node'), '-I', join(folder, 'include')],
  ...[`-Wl,-rpath,${mac ? '@loader_path' : '$ORIGIN'}/tensorflow`, '-L', folder],
  ...(mac
    ? ['-ltensorflow_framework.2', '-ltensorflow_cc.2']
    : ['-l:libtensorflow_framework.so.2', '-l:libtensorflow_cc.so.2']),
];

function compile(compiler: string, source: string, output: string, more: string[], env: NodeJS.ProcessEnv): void {
  const run = spawnSync(compiler, [...common, join(sourceFolder, source), '-o', output, ...more], {
    encoding: 'utf8',
    env,
  });
  if (run.status === 0) return;
  const said = (run.stderr ?? '').trim().slice(0, 2000);
  throw new BindingBuildError(`${compiler} could not compile ${source}:\n${said}`, {
    value: compiler,
    remedy:
      'Use another compiler with C++17 (set CXX to its name), or linux-x64, for which a compiled binding is shipped.',
  });
}

/**
 * Compiles the binding for the TensorFlow of an installation and puts it there. About ten seconds.
 *
 * @throws CompilerMissingError, BindingBuildError
 */
export function compileBinding(installation: string, environment: NodeJS.ProcessEnv = process.env): void {
  const compiler = findCompiler(environment);
  if (!compiler) {
    throw new CompilerMissingError('No binding that works here is shipped, and there is no C++ compiler to make one.', {
      value: environment.PATH,
      remedy: 'Install g++ or clang++ (Debian: apt install g++, macOS: xcode-select --install) and run this again.',
    });
  }
  const workplace = mkdtempSync(join(installation, 'build-'));
  try {
    const built = join(workplace, 'deflow_binding.node');
    compile(compiler, 'deflow_quiet.cc', quietFile(built), [], environment);
    compile(compiler, 'deflow_binding.cc', built, withTensorFlow(join(installation, 'tensorflow')), environment);
    placeBinding(built, bindingFile(installation));
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}
