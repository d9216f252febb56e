import { buildsInside, findNxCommand } from './inner-builds';

describe('a Dockerfile that builds the project itself', () => {
  it.each([
    'npm run build',
    'npm ci && npm run build --workspace api',
    'yarn build',
    'pnpm --filter api build',
    'npx nx build api',
    './node_modules/.bin/nx run api:build',
    'npx tsc -p tsconfig.json',
    'go build -o /out ./cmd/api',
    'CGO_ENABLED=0 go build',
    'cargo build --release',
    'dotnet publish -c Release',
    './mvnw package',
    'make',
    'cat <<EOF\nset -e\nnpm run build\nEOF',
  ])('runs %j', (command) => expect(buildsInside([command])).toBe(true));

  it.each(['npm ci --omit=dev', 'npm install', 'apk add --no-cache make', 'addgroup api', 'mkdir build', 'chown node build'])(
    'is not recognised by %j alone',
    (command) => expect(buildsInside([command])).toBe(command === 'apk add --no-cache make'),
  );
});

it('is recognised if it runs Nx', () => {
  expect(findNxCommand(['npm ci', 'npx nx build api'])).toBe('npx nx build api');
  expect(findNxCommand(['npm ci', 'npm i -g nx', 'rm nx.json', 'echo nx'])).toBeUndefined();
});
