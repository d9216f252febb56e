import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

import { describeWith } from '@nx-oci/model/testing';

import { openDocker, type DockerClient } from './support/docker-client';
import './support/long-timeout';
import { makeWorkspace, type TestWorkspace } from './support/test-workspace';
import { nxOrFail, publishApp, publishBase, startLockedDown, whileRunning } from './support/web-app';

// What `output: 'standalone'` leaves: a server that looks for scripts and public files beside itself, and its dependencies above.
const MAKE_STANDALONE = `
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
const write = (file, text) => { mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true }); writeFileSync(file, text); };
write('.next/standalone/node_modules/greeting/index.js', "module.exports = 'hello from the server';");
write('.next/static/chunks/main.js', 'script');
write('.next/standalone/apps/site/server.js', \`
const { createServer } = require('node:http');
const { existsSync, readFileSync } = require('node:fs');
const greeting = require('greeting');
process.chdir(__dirname);
createServer(({ url }, answer) => {
  const file = url.startsWith('/_next/') ? url.replace('/_next/', '.next/') : 'public' + url;
  if (url === '/') answer.end(greeting + ' ' + existsSync('.env'));
  else if (existsSync(file)) answer.end(readFileSync(file));
  else answer.writeHead(404).end();
}).listen(process.env.PORT, process.env.HOSTNAME);
process.on('SIGTERM', () => process.exit(0));
\`);
cpSync('.env', '.next/standalone/apps/site/.env');
`;

// A shell that is the first process of its container has to handle the signal itself.
const SERVE = "trap 'exit 0' TERM; httpd -f -p 8080 -h / & wait";

// Without net/http, which takes three times as long to compile.
const GREETER = `package main

import (
	"net"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	listener, err := net.Listen("tcp", ":"+os.Getenv("PORT"))
	if err != nil {
		panic(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() { <-stop; os.Exit(0) }()
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		connection.Read(make([]byte, 4096))
		connection.Write([]byte("HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nConnection: close\\r\\n\\r\\nhello"))
		connection.Close()
	}
}
`;

describeWith(['docker', 'distribution-3', 'busybox'], 'apps with their own server', (things) => {
  const repositories = { host: things.server('distribution-3').host, namespace: `e2e-${randomBytes(4).toString('hex')}` };
  let workspace: TestWorkspace;
  let engine: DockerClient;

  beforeAll(async () => {
    engine = openDocker(things.server('docker').dockerHost);
    workspace = await makeWorkspace();
    workspace.write('registries.yaml', `registries:\n  real: { host: "${repositories.host}", namespace: ${repositories.namespace} }\n`);
    workspace.write('.gitignore', 'node_modules\ndist\n.nx\ntmp\n.caches\n.next\n.env\n');
  });
  afterAll(() => workspace.remove());

  const build = (command: string, outputs: readonly string[], cwd = '.') => ({
    executor: 'nx:run-commands',
    outputs,
    options: { command, cwd },
  });

  it('answer as an app of Next does: with its scripts and public files, and without what git ignores', async () => {
    const base = await publishBase(workspace, 'node-runtime', repositories);
    const targets = { build: build('node make.mjs', ['{projectRoot}/.next'], 'apps/site') };
    workspace.write('apps/site/project.json', { name: 'site', projectType: 'application', targets });
    workspace.write('apps/site/next.config.js', "module.exports = { output: 'standalone' };\n");
    workspace.write('apps/site/make.mjs', MAKE_STANDALONE);
    workspace.write('apps/site/public/robots.txt', 'User-agent: *\n');
    workspace.write('apps/site/.env', 'TOKEN=secret\n');
    const said = await nxOrFail(workspace, 'g', 'nx-oci:image', 'site', `--base=${base}`, '--no-interactive');
    expect(said).toContain('Left out: apps/site/.env');

    const started = startLockedDown(engine, await publishApp(workspace, 'site', repositories), 3000);
    const code = await whileRunning(started, async (app) => {
      expect(await (await app.fetch('/')).text()).toBe('hello from the server false');
      expect(await (await app.fetch('/_next/static/chunks/main.js')).text()).toBe('script');
      expect(await (await app.fetch('/robots.txt')).text()).toBe('User-agent: *\n');
      expect(await app.uid()).toBe('1000');
    });
    expect(code).toBe('0');
  });

  it('answer as one program on scratch', async () => {
    const targets = { build: build(`mkdir -p dist && cp ${things.tool('busybox')} dist/sh`, ['{workspaceRoot}/dist/sh']) };
    workspace.write('apps/files/project.json', { name: 'files', projectType: 'application', targets });
    const options = ['--kind=binary', '--main=dist/sh', '--base=scratch', '--port=8080', `--cmd=-c,${SERVE}`];
    await nxOrFail(workspace, 'g', 'nx-oci:image', 'files', ...options, '--no-interactive');

    const started = startLockedDown(engine, await publishApp(workspace, 'files', repositories), 8080);
    const code = await whileRunning(started, async (app) => {
      expect((await app.fetch('/sh')).status).toBe(200);
      expect(await app.uid()).toBe('65532');
    });
    expect(code).toBe('0');
  });

  // Those who change nx-oci need not have Go; CI builds its tools with it.
  const itWithGo = spawnSync('go', ['version']).status === 0 ? it : it.skip;
  itWithGo('answer as a program that Go builds, without a word about what they are', async () => {
    const command = 'CGO_ENABLED=0 go build -o ../../dist/greeter .';
    const targets = { build: build(command, ['{workspaceRoot}/dist/greeter'], 'apps/greeter') };
    workspace.write('apps/greeter/project.json', { name: 'greeter', projectType: 'application', targets });
    workspace.write('apps/greeter/go.mod', 'module greeter\n\ngo 1.18\n');
    workspace.write('apps/greeter/main.go', GREETER);
    const said = await nxOrFail(workspace, 'g', 'nx-oci:image', 'greeter', '--base=scratch', '--port=8080', '--no-interactive');
    expect(said).toContain('Kind: binary (its build runs go build).');

    const started = startLockedDown(engine, await publishApp(workspace, 'greeter', repositories), 8080);
    const code = await whileRunning(started, async (app) => {
      expect(await (await app.fetch('/')).text()).toBe('hello');
      expect(await app.uid()).toBe('65532');
    });
    expect(code).toBe('0');
  });
});
