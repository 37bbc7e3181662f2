export type { FlowLayer, Forward, Inverse } from './flow-layer.ts';
