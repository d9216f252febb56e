import { createTailBuffer } from './tail-buffer';
import { runTool, runToolOrFail, type ToolCall } from './run-tool';

const PURPOSE = { purpose: 'try node', install: 'Install it.' };

const node = (script: string, more: Partial<ToolCall> = {}): ToolCall => ({
  program: process.execPath,
  args: ['-e', script],
  env: {},
  ...more,
});

describe('runTool', () => {
  it('passes arguments unchanged and nothing of our environment', async () => {
    const script = 'console.log(JSON.stringify([process.argv[1], process.env.HOME ?? null, process.env.GIVEN]))';
    const call = node(script, { env: { GIVEN: 'yes' } });
    const { stdout } = await runTool({ ...call, args: [...call.args, '$(id) "; ls'] }, PURPOSE);
    expect(JSON.parse(stdout)).toEqual(['$(id) "; ls', null, 'yes']);
  });

  it('forwards each line at once and keeps them without colours', async () => {
    const lines: string[] = [];
    const script = String.raw`console.log('\u001b[31mred\u001b[0m'); console.error('no end'.trim()); process.exitCode = 3`;
    const outcome = await runTool(node(script, { onLine: (line) => lines.push(line) }), PURPOSE);
    expect(outcome).toEqual({ exitCode: 3, stdout: 'red', stderr: 'no end' });
    expect(lines.sort()).toEqual(['\u001b[31mred\u001b[0m', 'no end']);
  });

  it('writes input to stdin, which is empty otherwise', async () => {
    const script = "let all = ''; process.stdin.on('data', (d) => all += d).on('end', () => console.log(`<${all}>`))";
    expect((await runTool(node(script, { input: 'secret' }), PURPOSE)).stdout).toBe('<secret>');
    expect((await runTool(node(script), PURPOSE)).stdout).toBe('<>');
  });

  it('reports a missing program, with what to install', async () => {
    const call = { program: 'nx-oci-no-such-program', args: [], env: { PATH: process.env.PATH } };
    await expect(runTool(call, PURPOSE)).rejects.toMatchObject({ code: 'ENGINE_MISSING', hint: 'Install it.' });
  });

  it('ends the program when the run is aborted', async () => {
    const controller = new AbortController();
    const call = node("console.log('up'); setInterval(() => {}, 1000)", { signal: controller.signal, onLine: () => controller.abort() });
    await expect(runTool(call, PURPOSE)).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('does not wait for children of an aborted program', async () => {
    const controller = new AbortController();
    let child = 0;
    const script = `
      const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 30000)'], { stdio: 'inherit' });
      console.log(pid);
      setInterval(() => {}, 1000)`;
    const onLine = (line: string): void => {
      child = Number(line);
      controller.abort();
    };
    const startedMs = performance.now();
    await expect(runTool(node(script, { signal: controller.signal, onLine }), PURPOSE)).rejects.toMatchObject({ code: 'ABORTED' });
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    process.kill(child, 'SIGKILL');
  });

  it('reports if the program was killed', async () => {
    await expect(runTool(node("process.kill(process.pid, 'SIGKILL')"), PURPOSE)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringContaining('SIGKILL'),
    });
  });
});

describe('runToolOrFail', () => {
  it('quotes the last output of a failed program', async () => {
    const script = "for (let n = 0; n < 20; n++) console.error('line ' + n); process.exitCode = 1";
    await expect(runToolOrFail(node(script), PURPOSE)).rejects.toMatchObject({
      code: 'ENGINE_FAILED',
      message: expect.stringMatching(/^Cannot try node: .* failed with exit code 1\.\n {2}line 12\n(.*\n)*.*line 19$/),
    });
  });
});

describe('a tail buffer', () => {
  it('keeps the end within its limit', () => {
    const buffer = createTailBuffer(10);
    for (const line of ['first', 'second', 'third']) buffer.add(line);
    expect(buffer.text()).toBe('third');
    buffer.add('0123456789abc');
    expect(buffer.text()).toBe('3456789abc');
  });
});
