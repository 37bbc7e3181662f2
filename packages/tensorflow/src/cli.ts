#!/usr/bin/env node
import { defineCommand, runMain } from 'citty';
import { doctorCommand } from './doctor/command.ts';
import { installCommand } from './install/command.ts';

void runMain(
  defineCommand({
    meta: { name: 'deflow-tensorflow', description: 'TensorFlow for Node: install it, and see whether it works.' },
    subCommands: { install: installCommand, doctor: doctorCommand },
  }),
);
