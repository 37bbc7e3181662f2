// Compiles the binding for this machine and puts it into prebuilt/, where the published package carries it.
// TensorFlow's libraries come from the cache; they are installed when they are not there.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const bundle = join(packageFolder, 'native', 'vendor', 'build-native.mjs');

await build({
  stdin: {
    contents: `
      export { bindingFile, bindingName, placeBinding, shippedBinding } from './src/install/binding-files.ts';
      export { compileBinding } from './src/install/compile-binding.ts';
      export { installationFolder, isInstalled, platformName } from './src/install/layout.ts';`,
    resolveDir: packageFolder,
  },
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  logLevel: 'warning',
});
const install = await import(pathToFileURL(bundle).href);

const installation = install.installationFolder('cpu');
if (install.shippedBinding()) {
  console.log(`prebuilt/${install.platformName}/${install.bindingName()} is up to date`);
} else {
  install.compileBinding(installation);
  const folder = join(packageFolder, 'prebuilt', install.platformName);
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) rmSync(join(folder, old));
  install.placeBinding(install.bindingFile(installation), join(folder, install.bindingName()));
  console.log(`prebuilt/${install.platformName}/${install.bindingName()} is compiled`);
}
