// Prints every key and shape of the full-size AIM state dict (1957 tensors) as JSON. A process of its own: it needs TensorFlow.js.
import { aim, releasedLayout } from '@deflow/degradation';

console.log(JSON.stringify(releasedLayout(aim.model).map(({ key, shape }) => [key, shape])));
