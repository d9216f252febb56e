import express from 'express';

const app = express();
app.get('/', (_request, response) => response.json({ message: 'Hello from a container' }));

const server = app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');
// A container is stopped by SIGTERM: requests that are being answered are finished first.
process.once('SIGTERM', () => server.close(() => process.exit(0)));
