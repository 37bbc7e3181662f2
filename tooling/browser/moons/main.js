import * as flows from '@deflow/flows';
import * as images from '@deflow/images';
import * as nn from '@deflow/nn';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { bound, entropy, trainTwoMoons } from './two-moons.mjs';

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
});

globalThis.runCheck = async ({ backend, steps }) => {
  await tf.setBackend(backend);
  const { before, after, onMoons, left, ...used } = await trainTwoMoons({ tf, flows, nn, images, steps });
  const nats = `${steps} steps take -ln p from ${before.toFixed(2)} to ${after.toFixed(3)} nats`;
  return [
    { name: `runs on ${backend}`, error: used.backend === backend ? '' : `it ran on ${used.backend}` },
    { name: `trains: ${nats}, bound ${bound}`, error: after < bound && after > entropy - 0.05 ? '' : nats },
    { name: `samples: ${onMoons * 100} % on the moons`, error: onMoons > 0.9 ? '' : `${onMoons * 100} %` },
    { name: 'leaves no tensor behind', error: left === 0 ? '' : `${left} tensors are left` },
  ];
};
