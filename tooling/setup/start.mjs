// `npm start`: sets up whatever is missing, then runs the study. Arguments after `--` go to it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { entry, root, setUp } from './steps.mjs';

await entry(async () => {
  await setUp();
  const cli = join(root, 'apps', 'experiments', 'dist', 'cli.js');
  process.argv = [process.argv[0], cli, 'start', ...process.argv.slice(2)];
  await import(pathToFileURL(cli).href);
});
