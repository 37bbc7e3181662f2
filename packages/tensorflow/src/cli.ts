#!/usr/bin/env node
import { defineCommand, runMain } from 'citty';

void runMain(
  defineCommand({
    meta: { name: 'deflow-tensorflow', description: 'TensorFlow for Node: install it, and see whether it works.' },
    subCommands: {
      install: () => import('./install/command.ts').then(({ installCommand }) => installCommand),
      doctor: () => import('./doctor/command.ts').then(({ doctorCommand }) => doctorCommand),
    },
  }),
);
