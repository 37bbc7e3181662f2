#!/usr/bin/env node
import { main } from './main.ts';
import { terminal } from './terminal.ts';

const code = await main(process.argv.slice(2), terminal);
// The engine's threads would keep the process alive.
process.exit(code);
