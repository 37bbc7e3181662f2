import { entry, setUp } from './steps.mjs';

await entry(setUp);
