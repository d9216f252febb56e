import { readDockerfileLabels } from './dockerfile-labels';

const labelsOf = (text: string, stage?: string) => [...readDockerfileLabels(text, stage)];

describe('the labels of a Dockerfile', () => {
  it.each([
    ['FROM a\nLABEL one=1', ['one']],
    ['from a\nlabel one=1 two="2 and a bit" "three"=3', ['one', 'two', 'three']],
    ["FROM a\nLABEL one='a=b c=d' two=x\\ y=z", ['one', 'two']],
    ['FROM a\nLABEL one the rest is = its value', ['one']],
    ['FROM a\nLABEL one=1 \\\n  # a comment\n\n  two=2', ['one', 'two']],
    ['# escape=`\nFROM a\nLABEL one=C:\\ `\n  two=2', ['one', 'two']],
    ['FROM a\r\nLABEL one=1\r\n', ['one']],
    ['FROM a\nLABEL "one"="say \\"two=2\\""', ['one']],
    ['FROM a\nLABEL $NAME=1 one=$VALUE', ['one']],
    ['FROM a\nRUN <<EOF\nLABEL one=1\nEOF\nLABEL two=2', ['two']],
    ['FROM a\nRUN echo LABEL one=1', []],
    ['', []],
  ])('%j gives %j', (text, labels) => {
    expect(labelsOf(text)).toEqual(labels);
  });

  const stages = 'FROM a AS Base\nLABEL one=1\nFROM --platform=linux/amd64 b AS tools\nLABEL two=2\nFROM base\nLABEL three=3';

  it('are those of the last stage and of the stages it is based on', () => {
    expect(labelsOf(stages)).toEqual(['one', 'three']);
  });

  it.each([
    ['tools', ['two']],
    ['BASE', ['one']],
    ['1', ['two']],
  ])('are those of the stage %s if requested', (stage, labels) => {
    expect(labelsOf(stages, stage)).toEqual(labels);
  });
});
