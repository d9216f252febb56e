import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** What editors such as VS Code show of a YAML file: they ask a language server, and so does this. */
export interface YamlEditor {
  /** What is offered where `‸` stands. */
  complete(text: string): Promise<readonly string[]>;
  /** What is shown over the word where `‸` stands. */
  hover(text: string): Promise<string>;
  /** What is underlined, as `3: message`, by lines from 1. */
  problems(text: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly { readonly message: string; readonly range: { readonly start: { readonly line: number } } }[];
}

const CURSOR = '‸';
const SETTINGS = { yaml: { completion: true, hover: true, validate: true, schemaStore: { enable: false } } };

/** @param program yaml-language-server @param folder of the files that are opened */
export async function openYamlEditor(program: string, folder: string): Promise<YamlEditor> {
  const child = spawn(program, ['--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const answers = new Map<number, (result: unknown) => void>();
  const published = new Map<string, (found: Published) => void>();
  let count = 0;

  const send = (message: object) => {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const receive = ({ id, method, params, result }: Message) => {
    if (method === 'workspace/configuration') {
      const { items } = params as { readonly items: readonly { readonly section: string }[] };
      send({ id, result: items.map(({ section }) => (section === 'yaml' ? SETTINGS.yaml : {})) });
    } else if (method === 'textDocument/publishDiagnostics') published.get((params as Published).uri)?.(params as Published);
    else if (method !== undefined && id !== undefined) send({ id, result: null });
    else if (method === undefined && id !== undefined) answers.get(id)?.(result);
  };
  readMessages(child.stdout, receive);

  const ask = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++count;
      answers.set(id, resolve);
      send({ id, method, params });
    });
  const open = (marked: string) => {
    const uri = pathToFileURL(`${folder}/${++count}/registries.yaml`).href;
    const [before = ''] = marked.split(CURSOR);
    const text = marked.replace(CURSOR, '');
    const lines = before.split('\n');
    const found = new Promise<Published>((resolve) => published.set(uri, resolve));
    send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
    return { found, at: { textDocument: { uri }, position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 } } };
  };

  await ask('initialize', { processId: process.pid, rootUri: null, capabilities: { workspace: { configuration: true } } });
  send({ method: 'initialized', params: {} });
  return {
    complete: async (text) => {
      const { items } = (await ask('textDocument/completion', open(text).at)) as { readonly items: readonly { readonly label: string }[] };
      return items.map(({ label }) => label);
    },
    hover: async (text) => {
      const shown = (await ask('textDocument/hover', open(text).at)) as { readonly contents: { readonly value: string } } | null;
      return shown?.contents.value ?? '';
    },
    problems: async (text) => {
      const { diagnostics } = await open(text).found;
      return diagnostics.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
    },
    close: async () => {
      await ask('shutdown', {});
      send({ method: 'exit' });
      await ended;
    },
  };
}

/** Messages of the language server protocol: a header with the length, an empty line, JSON. */
function readMessages(stream: NodeJS.ReadableStream, receive: (message: Message) => void): void {
  let rest = Buffer.alloc(0);
  stream.on('data', (piece: Buffer) => {
    rest = Buffer.concat([rest, piece]);
    for (;;) {
      const end = rest.indexOf('\r\n\r\n');
      const [, length] = /Content-Length: (\d+)/i.exec(rest.subarray(0, Math.max(end, 0)).toString()) ?? [];
      const start = end + 4;
      if (length === undefined || rest.length < start + Number(length)) return;
      const body = rest.subarray(start, start + Number(length)).toString();
      rest = rest.subarray(start + Number(length));
      receive(JSON.parse(body) as Message);
    }
  });
}
