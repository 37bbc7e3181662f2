export { type Loaded, loadParameters, readSafetensors, saveParameters, writeSafetensors } from './checkpoint.ts';
