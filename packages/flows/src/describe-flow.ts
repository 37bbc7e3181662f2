import { namedParameters, type ParameterTree } from '@deflow/nn';
import type { FlowLayer } from './flow-layer.ts';
import type { MultiScaleFlow } from './multi-scale.ts';
import type { Shape } from './shape.ts';

interface Line {
  readonly label: string;
  readonly shapes: string;
  readonly parameters: number;
}

const countParameters = (tree: ParameterTree): number =>
  [...namedParameters(tree).values()].reduce((total, { trainable, size }) => total + (trainable ? size : 0), 0);

const arrow = (from: Shape, ...to: readonly Shape[]) => `[${from}] -> ${to.map((shape) => `[${shape}]`).join(' + ')}`;

function layerLines(name: string, layer: FlowLayer, shape: Shape, indent: string): { lines: Line[]; latent: Shape } {
  const latent = layer.latentShape(shape);
  const label = `${indent}${name}${name && ' '}${layer.kind}`;
  const lines: Line[] = [{ label, shapes: arrow(shape, latent), parameters: countParameters(layer.parameters) }];
  let inner = shape;
  for (const [childName, child] of layer.layers ?? []) {
    const part = layerLines(childName, child, inner, `${indent}  `);
    lines.push(...part.lines);
    inner = part.latent;
  }
  return { lines, latent };
}

function multiScaleLines(flow: MultiScaleFlow, shape: Shape): Line[] {
  const lines: Line[] = [
    {
      label: flow.kind,
      shapes: arrow(shape, ...flow.latentShapes(shape)),
      parameters: countParameters(flow.parameters),
    },
  ];
  let passing = shape;
  flow.levels.forEach(({ flow: layer, split }, index) => {
    const level = layerLines(`level ${index}`, layer, passing, '  ');
    lines.push(...level.lines);
    passing = level.latent;
    if (!split) return;
    const { passed, latent } = split.latentShapes(passing);
    const parameters = countParameters(split.parameters);
    lines.push({ label: `  level ${index} ${split.kind}`, shapes: arrow(passing, passed, latent), parameters });
    passing = passed;
  });
  return lines;
}

/**
 * The flow as a printable tree: each layer with its shapes, data to latent and without the batch axis, and its number of trainable
 * parameters. `shape`: that of the data. Throws `FlowShapeError` when the flow does not accept it.
 */
export function describeFlow(flow: FlowLayer | MultiScaleFlow, shape: Shape): string {
  const lines = 'levels' in flow ? multiScaleLines(flow, shape) : layerLines('', flow, shape, '').lines;
  const width = (part: (line: Line) => string) => Math.max(...lines.map((line) => part(line).length));
  const counts = new Map(lines.map((line) => [line, line.parameters.toLocaleString('en-US')]));
  const [labels, shapes, numbers] = [width((l) => l.label), width((l) => l.shapes), width((l) => counts.get(l)!)];
  return lines
    .map((l) => `${l.label.padEnd(labels)}  ${l.shapes.padEnd(shapes)}  ${counts.get(l)!.padStart(numbers)}`)
    .join('\n');
}
