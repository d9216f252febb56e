import { createServer } from 'node:http';

import { greet } from '@demo/greeting';

const port = Number(process.env['PORT'] ?? 8080);

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ greeting: greet(request.headers['user-agent'] ?? 'stranger') }));
});

server.listen(port, () => {
  console.log(`listening on ${port}`);
});

// The kernel gives process 1 of a container no default signal handlers: without this, `docker stop` takes ten seconds.
process.once('SIGTERM', () => {
  server.close();
});
