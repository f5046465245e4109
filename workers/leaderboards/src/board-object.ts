/** One object per board and season: its single thread and its own storage decide every place. */
import { now } from '@coinop/shared/clock'
import { CountedObject } from '@coinop/shared/counted-object'
import { appendMax } from '@coinop/shared/events'
import { GroupCommit } from '@coinop/shared/group-commit'
import { logError } from '@coinop/shared/log'
import { ObjectAlarm } from '@coinop/shared/object-alarm'
import { backtest, type BacktestPart, type BacktestTrial } from './board-backtest.ts'
import type { Scores } from './board-calls.ts'
import {
  type BoardReference,
  type BoardState,
  type Changes,
  type Closing,
  type LiveMessage,
  type LiveSeason,
  type Play,
  type PlayStart,
  type PlayStarted,
  type Position,
  type RankedStanding,
  type Removed,
  type RequestPart,
  type Reviewed,
  type ScoreAnswer,
  type ScoreWrite,
  type Standing,
  type StandingsPage,
  writesMax,
} from './board-commands.ts'
import { BoardDigest } from './board-digest.ts'
import { announce, announcing } from './board-events.ts'
import { prune } from './board-journal.ts'
import { BoardLive, liveMilliseconds } from './board-live.ts'
import { startPlay } from './board-plays.ts'
import { BoardReads, changeOf } from './board-reads.ts'
import { type ReviewDecision, type Settled, settle } from './board-review.ts'
import type { JournalRow } from './board-rows.ts'
import { openTables } from './board-schema.ts'
import { Board } from './board.ts'
import { liveMessage } from './live-messages.ts'
import { StaleIndex } from './rank-index.ts'
import type { Review, ReviewFilter } from './review-rows.ts'

export class BoardObject extends CountedObject<LeaderboardsEnv> {
  private loaded: Board | undefined
  private readonly group: GroupCommit
  private readonly live: BoardLive
  private readonly nextAlarm: ObjectAlarm
  private readonly digests = new BoardDigest()
  /** Whether there may be changes for which no alarm is set. */
  private unsure = false
  /** How far the announcements have got; written down now and then. */
  private announced: number | undefined

  constructor(ctx: DurableObjectState, env: LeaderboardsEnv) {
    super(ctx, env)
    this.nextAlarm = new ObjectAlarm(ctx.storage)
    openTables(ctx.storage)
    this.live = new BoardLive(ctx, (ask) => this.read((_, board) => ask(board)), now)
    const [ended, undone] = [() => this.loaded?.end(), () => this.undone()]
    this.group = new GroupCommit(ctx.storage, () => this.armIfChanged(), { ended, undone })
  }

  /** Each its own answer, in order; they share a commit. */
  async submit(
    reference: BoardReference,
    writes: ScoreWrite[],
    part?: RequestPart,
  ): Promise<ScoreAnswer[]> {
    if (writes.length > writesMax) throw new RangeError(`At most ${writesMax} writes a call.`)
    return this.write((board) => board.submitAll(reference, writes, part))
  }

  /** The same for those who have many scores. */
  async submitText(text: string): Promise<string> {
    const { reference, writes, part } = JSON.parse(text) as Scores
    return JSON.stringify(await this.submit(reference, writes, part))
  }

  async startPlay(reference: BoardReference, start: PlayStart): Promise<PlayStarted> {
    return this.write((board) => startPlay(board, reference, start, now()))
  }

  async play(id: string): Promise<Play | undefined> {
    return this.read((_, { plays }) => plays.find(id))
  }

  async remove(reference: BoardReference, userId: string, key?: string): Promise<Removed> {
    return this.write((board) => board.remove(reference, userId, key))
  }

  async quarantine(userId: string, reason: string): Promise<Reviewed> {
    return this.write((board) => board.quarantine(userId, reason))
  }

  async restore(userId: string): Promise<Reviewed> {
    return this.write((board) => board.restore(userId))
  }

  async confirm(userId: string): Promise<Reviewed> {
    return this.write((board) => board.confirm(userId))
  }

  /** The review queue, newest first. */
  async reviews(filter: ReviewFilter): Promise<Review[]> {
    return this.read((_, { fraud }) => fraud.reviews.list(filter))
  }

  async review(id: string): Promise<Review | undefined> {
    return this.read((_, { fraud }) => fraud.reviews.find(id))
  }

  async settle(id: string, decision: ReviewDecision): Promise<Settled> {
    return this.write((board) => settle(board, id, decision, now()))
  }

  async top(query: { after?: Position; limit: number }): Promise<StandingsPage> {
    return this.read((reads) => reads.top(query.after, query.limit))
  }

  async before(query: { before: Position; limit: number }): Promise<StandingsPage> {
    return this.read((reads) => reads.before(query.before, query.limit))
  }

  async rank(
    userId: string,
    view: 'everybody' | 'owner' = 'everybody',
  ): Promise<RankedStanding | undefined> {
    return this.read((reads) => reads.rank(userId, view))
  }

  async around(userId: string, each: number): Promise<Standing[]> {
    return this.read((reads) => reads.around(userId, each))
  }

  async standings(userIds: string[]): Promise<Standing[]> {
    return this.read((reads) => reads.standings(userIds))
  }

  async rankFor(keys: number[]): Promise<{ rank: number; total: number }> {
    return this.read((reads) => reads.rankFor(keys))
  }

  async total(): Promise<number> {
    return this.read((_, { total }) => total)
  }

  /** Changes after a sequence, oldest first: for live feeds, and for rules that are tried on the past. */
  async changes(afterSequence: number, limit: number): Promise<Changes> {
    return this.read((reads) => reads.changes(afterSequence, limit))
  }

  /** What rules would have made of changes of the past; writes nothing. */
  async backtest(trial: BacktestTrial): Promise<BacktestPart> {
    return this.read((_, board) => backtest(board, trial))
  }

  /** What a subscriber would be told first. */
  async liveMessage(season: LiveSeason, after?: number): Promise<LiveMessage> {
    return this.read((_, board) => liveMessage(board, season, { after, at: now() }))
  }

  /** A subscriber's socket; only `live-stream.ts` asks. */
  override async fetch(request: Request): Promise<Response> {
    const { response, endsAt } = this.live.answer(request)
    await this.armForEnd(endsAt)
    return response
  }

  override async webSocketMessage(socket: WebSocket): Promise<void> {
    this.live.refuse(socket)
  }

  /** Freezes for ever. A submit is either before it, and in the standing, or refused. */
  async close(reference: BoardReference, closedAt: number): Promise<Closing> {
    await this.write((board) => board.close(reference, closedAt))
    this.live.send()
    const state = await this.state()
    return { ...state, closedAt: state.closedAt ?? closedAt }
  }

  async state(): Promise<BoardState> {
    return this.read((reads, board) => this.digests.stateOf(board, reads))
  }

  /** The season's time is over: nothing is left. */
  async wipe(): Promise<void> {
    this.live.end()
    await this.ctx.storage.deleteAlarm()
    await this.ctx.storage.deleteAll()
    this.loaded = undefined
    this.digests.forget()
    this.announced = undefined
    this.nextAlarm.forget()
    openTables(this.ctx.storage)
  }

  /** Runs what is due if the alarm was lost; for a sweep. */
  async poke(): Promise<void> {
    await this.alarm()
  }

  /** At least once, perhaps twice: the log drops what it has. Never throws, so the alarm never gives up. */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.nextAlarm.forget()
    if (info?.isRetry) this.nextAlarm.arm(now() + announcing.rescueMilliseconds)
    try {
      this.live.send()
      await this.announceAll()
      this.prune()
      await this.armForEnd(this.live.endsAt)
    } catch (error) {
      logError('leaderboards', 'board.announce', error)
      this.nextAlarm.arm(now() + announcing.retryMilliseconds)
    }
  }

  private get board(): Board {
    this.loaded ??= new Board({ sql: this.sql }, now)
    return this.loaded
  }

  private read<T>(ask: (reads: BoardReads, board: Board) => T): T {
    const answer = () => ask(new BoardReads(this.board), this.board)
    try {
      return answer()
    } catch (error) {
      this.mend(error)
      return answer()
    }
  }

  /** All or nothing; what arrives together shares a commit. */
  private async write<T>(change: (board: Board) => T): Promise<T> {
    try {
      return await this.group.add(() => change(this.board))
    } catch (error) {
      this.mend(error)
      return this.group.add(() => change(this.board))
    }
  }

  /** What memory holds is forgotten with what is undone; what others of the group have changed is not announced yet. */
  private undone(): void {
    this.loaded = undefined
    this.unsure = true
  }

  /** An index that does not fit is made anew; anything else is thrown on, and the board is read again. */
  private mend(error: unknown): void {
    this.loaded = undefined
    this.nextAlarm.forget()
    if (!(error instanceof StaleIndex)) throw error
    this.loaded = new Board({ sql: this.sql }, now, true)
  }

  private async announceAll(): Promise<void> {
    const { rows } = this.board
    const marked = rows.board()?.announced ?? 0
    this.announced ??= marked
    for (let found = rows.journalAfter(this.announced, appendMax); found.length > 0;) {
      await this.announce(found)
      this.live.send()
      this.announced = found.at(-1)!.sequence
      if (this.announced >= marked + announcing.markEvery) this.mark(this.announced)
      found = rows.journalAfter(this.announced, appendMax)
    }
  }

  private announce(found: JournalRow[]): Promise<void> {
    return announce(this.env, this.board.reference, found.map(changeOf))
  }

  private mark(sequence: number): void {
    this.board.rows.setAnnounced(sequence)
  }

  private prune(): void {
    this.ctx.storage.transactionSync(() => prune(this.board, now()))
  }

  private armIfChanged(): void {
    const known = this.announced ?? this.loaded?.opened ?? 0
    if (this.unsure || this.board.sequence > known)
      this.nextAlarm.arm(
        now() + (this.live.isHeard ? liveMilliseconds : announcing.togetherMilliseconds),
      )
    this.unsure = false
  }

  /** Whoever listens hears of the end when it is due, not only when the season is closed. */
  private async armForEnd(endsAt: number | null): Promise<void> {
    if (endsAt === null || endsAt < now()) return
    const alarm = await this.ctx.storage.getAlarm()
    if (alarm === null || alarm > endsAt) this.nextAlarm.arm(endsAt)
  }
}
