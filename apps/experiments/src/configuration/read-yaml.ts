import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import { ConfigurationError, remedyOfReading } from '../errors.ts';

/** The content of a YAML file, which has to be a record (or empty). */
export async function readYaml(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigurationError(`Cannot read the configuration ${path} (${cause.code}).`, {
      remedy: remedyOfReading(cause, 'Give the path of a YAML file, such as the config.yaml of an earlier run.'),
      value: path,
      cause,
    });
  });
  const value = parseText(text, path);
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ConfigurationError(`${path} holds no settings.`, {
    remedy: 'Write settings as `name: value` lines, such as `seed: 7`.',
    value,
  });
}

function parseText(text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new ConfigurationError(`${path} is not YAML: ${error.message.split('\n')[0]}`, {
      remedy: 'Correct the line that the message names.',
      value: path,
      cause: error,
    });
  }
}
