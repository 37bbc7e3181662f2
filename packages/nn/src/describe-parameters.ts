import { namedParameters, type ParameterTree } from './parameters.ts';

export interface ParameterCount {
  /** Numbers that training changes. */
  readonly trainable: number;
  /** Numbers in buffers. */
  readonly buffers: number;
}

/** How many numbers `tree` holds. */
export function countParameters(tree: ParameterTree): ParameterCount {
  const count = { trainable: 0, buffers: 0 };
  for (const { size, trainable } of namedParameters(tree).values()) count[trainable ? 'trainable' : 'buffers'] += size;
  return count;
}

const grouped = (value: number) => value.toString().replace(/\B(?=(\d{3})+$)/g, ',');

/** One line for each variable, name, shape and count, then the totals: for people to read. */
export function describeParameters(tree: ParameterTree): string {
  const rows = [...namedParameters(tree)].map(([name, { shape, size, trainable }]) => {
    return [name, `[${shape.join(', ')}]`, grouped(size), trainable ? '' : 'buffer'];
  });
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]!.length));
  const [nameWidth, shapeWidth, sizeWidth] = [width(0), width(1), width(2)];
  const lines = rows.map(([name = '', shape = '', size = '', kind = '']) =>
    `${name.padEnd(nameWidth)}  ${shape.padEnd(shapeWidth)}  ${size.padStart(sizeWidth)}  ${kind}`.trimEnd(),
  );
  const { trainable, buffers } = countParameters(tree);
  return [...lines, `${grouped(trainable)} trainable parameters, ${grouped(buffers)} in buffers`].join('\n');
}
