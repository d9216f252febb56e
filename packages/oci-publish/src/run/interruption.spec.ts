import { Interruption } from './interruption';

describe('Interruption', () => {
  it('stops a publish that sets no tags yet', () => {
    const interruption = new Interruption();
    expect(interruption.signal.aborted).toBe(false);
    interruption.stop();
    expect(interruption.signal.aborted).toBe(true);
  });

  it('lets one finish that has begun to set tags', () => {
    const interruption = new Interruption();
    interruption.passPointOfNoReturn();
    interruption.stop();
    expect(interruption.signal.aborted).toBe(false);
  });
});
