import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { rooms, root } from './house.ts';

/** An example of a README or a tutorial: a ```ts block, with what its `console.log` lines are to print (`// -> text` behind them). */
interface Example {
  readonly readme: string;
  readonly index: number;
  readonly code: string;
  readonly prints: string[];
}

function examplesOf(readme: string): Example[] {
  const text = readFileSync(join(root, readme), 'utf8');
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], index) => ({
    readme,
    index,
    code,
    prints: [...code.matchAll(/console\.log\(.*\/\/ -> (.*)$/gm)].map(([, printed]) => printed.trim()),
  }));
}

const folder = (() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  return mkdtempSync(join(root, '.cache', 'readme-'));
})();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function runExample({ readme, index, code }: Example): Promise<string[]> {
  const outfile = join(folder, `${readme.replace(/\W+/g, '-')}-${index}.mjs`);
  const engine = code.includes('@deflow/tensorflow')
    ? ''
    : "import { useTensorFlow } from '@deflow/tensorflow';\nawait useTensorFlow();\n";
  const usesTensors = /tfjs|@deflow\/(nn|flows|degradation|super-resolution)|(images|metrics)\/tensors/.test(code);
  await build({
    stdin: {
      contents: (usesTensors ? engine : '') + code,
      loader: 'ts',
      resolveDir: join(root, 'apps', 'experiments'),
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd: folder });
  return stdout.trim().split('\n');
}

/** A room's README, then its tutorials. */
const pagesOf = (folder: string): string[] => {
  const tutorials = join(folder, 'tutorials');
  const pages = existsSync(join(root, tutorials)) ? readdirSync(join(root, tutorials)).sort() : [];
  return [join(folder, 'README.md'), ...pages.map((page) => join(tutorials, page))];
};
const readmes = ['README.md', ...rooms().flatMap(({ folder }) => pagesOf(folder))];

describe('examples of READMEs and tutorials', () => {
  for (const example of readmes.flatMap(examplesOf)) {
    it(`${example.readme} #${example.index + 1} runs and prints what it says`, async () => {
      const printed = await runExample(example);
      for (const line of example.prints) expect(printed.join('\n')).toContain(line);
    });
  }
});
