// What importing a part of @deflow/flows adds to a page: esbuild's bundle, minified, without TensorFlow.js.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What is imported, and how many bytes of gzip it may cost. */
const imports = [
  { name: 'actNorm alone', code: "export { actNorm } from '@deflow/flows';", bound: 2500 },
  { name: 'affineCoupling alone', code: "export { affineCoupling } from '@deflow/flows';", bound: 3000 },
  {
    name: 'neuralSplineFlow and createFlow',
    code: "export { createFlow, neuralSplineFlow } from '@deflow/flows';",
    bound: 10500,
  },
  { name: 'the whole of @deflow/flows', code: "export * from '@deflow/flows';", bound: 24000 },
];

/** Bundles each in `folder`, a project that has the package installed. */
export const bundleCosts = (folder) =>
  Promise.all(
    imports.map(async ({ name, code, bound }) => {
      const { outputFiles } = await build({
        stdin: { contents: code, resolveDir: folder },
        bundle: true,
        minify: true,
        format: 'esm',
        external: ['@tensorflow/*'],
        write: false,
        logLevel: 'silent',
      });
      const [{ contents }] = outputFiles;
      return { name, bytes: contents.length, gzip: gzipSync(contents, { level: 9 }).length, bound };
    }),
  );
