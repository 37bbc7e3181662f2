export { type Loaded, loadParameters, saveParameters } from './checkpoint.ts';
