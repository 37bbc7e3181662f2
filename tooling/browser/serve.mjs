import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** Serves folders by the first part of the path, `{ moons: '/a/folder' }` at /moons/; resolves to the address and how to stop. */
export async function serve(folders) {
  const server = createServer(async ({ url }, response) => {
    const [, name, ...rest] = new URL(url, 'http://localhost').pathname.split('/');
    const file = normalize(join('/', ...rest)).slice(1) || 'index.html';
    try {
      const content = await readFile(join(folders[name], file));
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
