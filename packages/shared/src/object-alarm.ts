/** The alarm of a Durable Object, set as seldom as it will do: setting it costs a row. */
export class ObjectAlarm {
  private readonly storage: Pick<DurableObjectStorage, 'setAlarm'>
  /** When this instance last set it for; 0 when that is not known. */
  private setFor = 0

  constructor(storage: Pick<DurableObjectStorage, 'setAlarm'>) {
    this.storage = storage
  }

  /** Sets it unless an earlier one is set and has not run: a busy object must not push it away for ever. */
  arm(at: number): void {
    if (this.setFor !== 0 && this.setFor <= at) return
    this.setFor = at
    void this.storage.setAlarm(at)
  }

  /** It has run, or has been undone or deleted: the next one is set, whatever was set before. */
  forget(): void {
    this.setFor = 0
  }
}
