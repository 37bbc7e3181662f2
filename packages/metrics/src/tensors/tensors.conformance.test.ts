import { describe, expect, it } from 'vitest';
import { metricsCases } from '../../test/conformance/suite.ts';

describe('the metrics on tensors', () => {
  it.each(metricsCases)('$name', async ({ run }) => {
    const measured = await run();
    expect(Object.values(measured).every(Number.isFinite)).toBe(true);
  });
});
