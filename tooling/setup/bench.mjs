// `npm run bench -- NAME [--peer]`: sets up, then runs the benchmark tooling/bench/NAME.
import { entry, run, setUp } from './steps.mjs';

await entry(async () => {
  await setUp();
  const { code } = await run(process.execPath, ['tooling/bench/run.mjs', ...process.argv.slice(2)]);
  process.exit(code);
});
