// Writes native/vendor/: the C++ and the JavaScript of tfjs-node-gpu (a development dependency whose own install
// script fails) and Node-API's headers, so that the published package can use and compile them without it.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const folder = (name) => dirname(require.resolve(`${name}/package.json`));
const core = folder('@tensorflow/tfjs-core');
const tfjsNode = folder('@tensorflow/tfjs-node-gpu');
const nodeApi = folder('node-api-headers');
const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const vendor = join(packageFolder, 'native', 'vendor');
const publicNames = new Set(Object.keys(require('@tensorflow/tfjs-core')));

const stampFile = join(vendor, 'stamp.json');
const version = (path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version;
const stamp = JSON.stringify([
  [core, tfjsNode, nodeApi].map(version),
  createHash('sha256')
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest('hex'),
]);

/** Modules that stand in for what the bundled sources import. */
const inline = {
  '@tensorflow/tfjs': `export * from '@tensorflow/tfjs-core';`,
  '@tensorflow/tfjs-core': `export * from '@tensorflow/tfjs-core';`,
  os: `export * from 'node:os';`,
  // Node 23 and later no longer have these two.
  util: `export const isNullOrUndefined = (value) => value == null; export const isArray = Array.isArray;`,
  engine: `import { engine } from '@tensorflow/tfjs-core'; export const ENGINE = engine();`,
  nothing: 'export {};',
};

/** Names that a module of tfjs-core exports. */
function exportedNames(source) {
  const declared = [...source.matchAll(/^export (?:async )?(?:const|let|var|function\*?|class) (\w+)/gm)].map(
    (m) => m[1],
  );
  const listed = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap((m) =>
    m[1].split(',').map((name) => name.trim().split(' as ').at(-1)),
  );
  return [...declared, ...listed];
}

/** Bundles the gradients of tfjs-core against the user's tfjs-core: only what that does not export comes along. */
const gradientsOnly = {
  name: 'gradients-only',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, namespace }) => {
      if (namespace !== 'file' || !resolveDir.startsWith(join(core, 'dist'))) return undefined;
      const file = join(resolveDir, `${path}.js`);
      if (file === join(core, 'dist', 'engine.js')) return { path: 'engine', namespace: 'inline' };
      return { path: relative(core, file), namespace: 'shared' };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path: inCore }) => {
      const path = join(core, inCore);
      const source = readFileSync(path, 'utf8');
      const names = exportedNames(source);
      const shared = names.filter((name) => publicNames.has(name));
      const own = names.filter((name) => !publicNames.has(name));
      const contents =
        (shared.length ? `export { ${shared} } from '@tensorflow/tfjs-core';` : '') +
        (own.length ? `export { ${own} } from '${path}';` : '') +
        (/^export \*/m.test(source) ? `export * from '${path}';` : '');
      return { contents, resolveDir: dirname(path) };
    });
    bundler.onLoad({ filter: /register_all_gradients\.js$/ }, ({ path }) => ({
      contents: replaced(
        readFileSync(path, 'utf8'),
        /for \(const gradientConfig of gradConfigs\)[^}]*\}/,
        'export { gradConfigs };',
      ),
      loader: 'js',
    }));
  },
};

/** Bundles the backend and the kernels of tfjs-node; registering them is left to the caller. */
const tfjsNodeOnly = {
  name: 'tfjs-node-only',
  setup(bundler) {
    bundler.onResolve({ filter: /^(@tensorflow\/tfjs(-core)?|util|os)$/ }, ({ path, kind }) =>
      kind === 'require-call' ? { path, namespace: 'inline' } : undefined,
    );
    // Protocol buffers of the summary writer, which this package does not offer.
    bundler.onResolve({ filter: /proto\/api_pb$/ }, () => ({ path: 'nothing', namespace: 'inline' }));
    bundler.onLoad({ filter: /.*/, namespace: 'inline' }, ({ path }) => ({
      contents: inline[path],
      resolveDir: packageFolder,
    }));
    // An ES5 class over an ES6 one, when the core is the build with ES6 classes.
    bundler.onLoad({ filter: /nodejs_kernel_backend\.js$/ }, ({ path }) => ({
      contents: replaced(
        readFileSync(path, 'utf8'),
        '_super.call(this) || this',
        'Reflect.construct(_super, [], NodeJSKernelBackend)',
      ),
      loader: 'js',
    }));
    bundler.onLoad({ filter: /register_all_kernels\.js$/ }, ({ path }) => ({
      contents: replaced(
        readFileSync(path, 'utf8'),
        /for \(var _i = 0[\s\S]*$/,
        'exports.kernelConfigs = kernelConfigs;',
      ),
      loader: 'js',
    }));
  },
};

function replaced(source, pattern, replacement) {
  const result = source.replace(pattern, replacement);
  if (result === source) throw new Error(`The sources of TensorFlow.js changed: ${pattern} is not in them any more.`);
  return result;
}

const entry = `
  export { gradConfigs } from '${join(core, 'dist', 'register_all_gradients.js')}';
  export { kernelConfigs } from '@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js';
  export { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js';
`;

const notice = `/*!
 * TensorFlow.js: the gradients of @tensorflow/tfjs-core ${version(core)} and the backend of @tensorflow/tfjs-node-gpu ${version(tfjsNode)}, bundled.
 * Copyright Google LLC. Licensed under the Apache License, Version 2.0 (http://www.apache.org/licenses/LICENSE-2.0).
 */`;

async function prepare() {
  rmSync(vendor, { recursive: true, force: true });
  mkdirSync(vendor, { recursive: true });
  const headers = join(nodeApi, 'include');
  for (const name of readdirSync(headers).filter((name) => name.endsWith('.h'))) {
    cpSync(join(headers, name), join(vendor, 'node-api', name));
  }
  cpSync(join(nodeApi, 'LICENSE'), join(vendor, 'node-api', 'LICENSE'));
  cpSync(join(tfjsNode, 'binding'), join(vendor, 'tfjs-node'), { recursive: true });
  cpSync(join(packageFolder, '..', '..', 'LICENSE'), join(vendor, 'tfjs-node', 'LICENSE'));
  await build({
    stdin: { contents: entry, resolveDir: packageFolder },
    outfile: join(vendor, 'tfjs-node.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@tensorflow/tfjs-core'],
    plugins: [tfjsNodeOnly, gradientsOnly],
    banner: { js: notice },
    legalComments: 'none',
    logLevel: 'warning',
  });
  writeFileSync(stampFile, stamp);
}

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) await prepare();
