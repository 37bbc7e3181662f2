import type { ByteCursor } from '../byte-cursor.ts';
import { CheckpointLimitError, ForeignObjectError } from '../errors.ts';
import { instructionOfByte } from './opcodes.ts';
import { type PickleHost, PickleMachine } from './pickle-machine.ts';

const stop = '.'.charCodeAt(0);

/** A state dict needs about 30 instructions a tensor. */
const mostInstructions = 4_000_000;

/**
 * Reads one pickle at the cursor and leaves the cursor behind it. Nothing is executed: instructions beyond those that state dicts
 * need are refused, and names go to `host.findGlobal`. Dictionaries become Maps, lists and tuples arrays, None null; integers
 * beyond 2^53 bigints. The result may contain itself.
 * @throws CheckpointFormatError, CheckpointTruncatedError, CheckpointLimitError, ForeignObjectError
 */
export function readPickle(cursor: ByteCursor, host: PickleHost): unknown {
  const machine = new PickleMachine(cursor, host);
  for (let count = 0; count < mostInstructions; count++) {
    const byte = cursor.uint8();
    if (byte === stop) return machine.pop();
    const instruction = instructionOfByte[byte];
    if (!instruction) {
      const code = `0x${byte.toString(16).padStart(2, '0')}`;
      throw new ForeignObjectError(`The pickle has the instruction ${code} at position ${cursor.position - 1}.`, {
        remedy: 'No state dict needs it: save model.state_dict() with torch.save, or fetch the file again.',
        value: byte,
      });
    }
    instruction(machine);
  }
  throw new CheckpointLimitError(`The pickle has more than ${mostInstructions} instructions.`, {
    remedy: 'This is no checkpoint of a network: save its tensors in a state dict.',
    value: mostInstructions,
  });
}
