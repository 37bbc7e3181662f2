import * as engine from '@deflow/tensorflow';

// The engine under test; `DEFLOW_BACKEND` chooses another one.
const { useTensorFlow } = engine as unknown as { useTensorFlow?: (o: object) => Promise<unknown> };
if (useTensorFlow) await useTensorFlow({ backend: process.env.DEFLOW_BACKEND ?? 'auto' });
else {
  await import('@tensorflow/tfjs-backend-cpu');
  const tf = await import('@tensorflow/tfjs-core');
  await tf.setBackend('cpu');
}
