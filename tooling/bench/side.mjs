import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One side of a benchmark: a child process that answers each JSON line with one JSON line. */
export class Side {
  #child;
  #lines;
  #failure = '';

  constructor(command, args) {
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (data) => (this.#failure += data));
    this.#child.stdin.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`The benchmark process ended.\n${this.#failure}`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  close() {
    this.#child.kill();
  }
}
