import { digestOf } from '../names/digest';
import { encodeImageConfig, parseImageConfig, type ImageConfig } from './image-config';
import { isOciError } from '../errors/oci-error';
import { makeImage, toFailWithCode } from '../testing';
import { fc } from '../testing/fast-check';

expect.extend({ toFailWithCode });

const { config } = makeImage();
const write = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const configWith = (change: Record<string, unknown>): Buffer => write({ ...parseImageConfig(config.bytes), ...change });

describe('parseImageConfig', () => {
  it('gives the config that was encoded', () => {
    expect(encodeImageConfig(parseImageConfig(config.bytes))).toEqual(config);
  });

  it('keeps unknown fields, at every level', () => {
    const more = { container: 'abc', config: { Env: ['A=1'], OnBuild: null, ArgsEscaped: true }, 'moby.buildkit.x': { b: 1, a: 2 } };
    const parsed = parseImageConfig(configWith(more));
    expect(parsed).toMatchObject({ container: 'abc', config: { ArgsEscaped: true, OnBuild: null }, 'moby.buildkit.x': { a: 2, b: 1 } });
    expect(parseImageConfig(encodeImageConfig(parsed).bytes)).toEqual(parsed);
  });

  it('returns an empty platform if the config names none', () => {
    const silent = configWith({ architecture: undefined, os: null });
    expect(parseImageConfig(silent)).toMatchObject({ architecture: '', os: '' });
  });

  it('reads an image without layers as Go writes it', () => {
    expect(parseImageConfig(configWith({ rootfs: { type: 'layers', diff_ids: null }, history: null })).rootfs.diff_ids).toEqual([]);
    expect(parseImageConfig(configWith({ config: null })).config).toBeUndefined();
  });

  it.each([
    ['architecture', configWith({ architecture: 1 }), /architecture must be a string, not 1/],
    ['os', configWith({ os: 1 }), /os must be a string, not 1/],
    ['rootfs', configWith({ rootfs: undefined }), /rootfs is missing/],
    ['rootfs.type', configWith({ rootfs: { type: 'tree', diff_ids: [] } }), /rootfs\.type must be "layers"/],
    ['rootfs.diff_ids', configWith({ rootfs: { type: 'layers', diff_ids: ['sha256:1'] } }), /rootfs\.diff_ids\[0\] must be a digest/],
    ['config.Env', configWith({ config: { Env: 'A=1' } }), /config\.Env must be a list, not "A=1"/],
    ['config.Cmd', configWith({ config: { Cmd: ['a', 1] } }), /config\.Cmd\[1\] must be a string, not 1/],
    ['config.Labels', configWith({ config: { Labels: { a: 1 } } }), /config\.Labels\["a"\] must be a string/],
    ['config.ExposedPorts', configWith({ config: { ExposedPorts: ['80'] } }), /config\.ExposedPorts must be an object, not a list/],
    ['history', configWith({ history: ['x'] }), /history\[0\] must be an object/],
    ['the text', Buffer.from('<html>'), /web page/],
  ])('names the field when %s is wrong', async (_, bytes, pattern) => {
    await expect(() => parseImageConfig(bytes)).toFailWithCode('CONFIG_INVALID', pattern);
  });

  it('fails only with an OciError, for any bytes', () => {
    const anyConfig = fc.record(
      { architecture: fc.string(), os: fc.string(), config: fc.jsonValue(), rootfs: fc.jsonValue(), history: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
          anyConfig.map(write),
        ),
        (bytes) => {
          try {
            encodeImageConfig(parseImageConfig(bytes));
          } catch (error) {
            if (!isOciError(error, 'CONFIG_INVALID')) throw error;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('encodeImageConfig', () => {
  const full: ImageConfig = {
    history: [{ created_by: 'COPY', created: '2026-01-01T00:00:00Z' }],
    rootfs: { diff_ids: [digestOf('layer')], type: 'layers' },
    config: { Labels: { b: '2', a: '1' }, Env: ['B=2', 'A=1'], User: '1000', ExposedPorts: { '8080/tcp': {} } },
    zzz: { b: 1, a: 2 },
    os: 'linux',
    architecture: 'arm64',
    created: '2026-01-01T00:00:00Z',
  };

  it('writes known fields first, the others and all maps sorted, lists unchanged', () => {
    expect(Buffer.from(encodeImageConfig(full).bytes).toString()).toBe(
      '{"created":"2026-01-01T00:00:00Z","architecture":"arm64","os":"linux",' +
        '"config":{"User":"1000","ExposedPorts":{"8080/tcp":{}},"Env":["B=2","A=1"],"Labels":{"a":"1","b":"2"}},' +
        `"rootfs":{"type":"layers","diff_ids":["${digestOf('layer')}"]},` +
        '"history":[{"created":"2026-01-01T00:00:00Z","created_by":"COPY"}],"zzz":{"a":2,"b":1}}',
    );
  });

  it('returns the same bytes for any order of keys', () => {
    const keys = Object.keys(full);
    fc.assert(
      fc.property(fc.shuffledSubarray(keys, { minLength: keys.length }), (order) => {
        const shuffled = Object.fromEntries(order.map((key) => [key, full[key]])) as unknown as ImageConfig;
        expect(encodeImageConfig(shuffled)).toEqual(encodeImageConfig(full));
      }),
    );
  });
});
