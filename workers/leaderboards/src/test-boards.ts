/** What the tests of a board begin with. */
import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { testProject } from '@coinop/shared/testing'
import type {
  BoardReference,
  BoardRules,
  Closing,
  RankedStanding,
  Removed,
  RequestPart,
  ScoreAnswer,
  ScoreWrite,
  Season,
  StandingsPage,
} from './board-commands.ts'
import { submitTo } from './board-calls.ts'
import type { BoardObject } from './board-object.ts'

const bindings = env as unknown as LeaderboardsEnv & { GATEWAY_TO_EVENTS: Fetcher }

type Logged = { type: string; subject: string; data: Record<string, unknown> }

/** A board of its own, open since ever, unless told otherwise. */
export const boardOf = (rules: Partial<BoardRules> = {}, season: Partial<Season> = {}) =>
  new TestBoard(rules, season)

export class TestBoard {
  readonly reference: BoardReference
  private readonly name: string

  constructor(rules: Partial<BoardRules>, season: Partial<Season>) {
    const boardId = `brd_${crypto.randomUUID()}`
    this.reference = {
      season: {
        projectId: testProject,
        boardId,
        seasonId: 'sea_1',
        startsAt: 0,
        endsAt: null,
        ...season,
      },
      rules: {
        version: 1,
        keys: [{ sort: 'desc' }],
        tiePolicy: 'first_to_reach',
        operator: 'best',
        ...rules,
      },
    }
    this.name = `${testProject}/${boardId}/sea_1`
  }

  /** A fresh one each time: one that threw stays broken. */
  get stub(): DurableObjectStub<BoardObject> {
    return bindings.BOARDS.getByName(this.name)
  }

  submit(writes: ScoreWrite[], part?: RequestPart): Promise<ScoreAnswer[]> {
    return submitTo(this.stub, { reference: this.reference, writes, part })
  }

  async score(userId: string, ...keys: number[]): Promise<ScoreAnswer> {
    const [answer] = await this.submit([{ userId, keys }])
    return answer!
  }

  async refusal(userId: string, keys: number[]): Promise<string | undefined> {
    const [answer] = await this.submit([{ userId, keys }])
    return answer!.ok ? undefined : answer!.code
  }

  remove(userId: string): Promise<Removed> {
    return this.stub.remove(this.reference, userId)
  }

  close(): Promise<Closing> {
    return this.stub.close(this.reference, now())
  }

  rank(userId: string): Promise<RankedStanding | undefined> {
    return this.stub.rank(userId)
  }

  top(query: Parameters<BoardObject['top']>[0]): Promise<StandingsPage> {
    return this.stub.top(query)
  }

  /** This board's events in the log of its project, oldest first. */
  async announced(): Promise<Logged[]> {
    const { boardId, projectId } = this.reference.season
    const events: Logged[] = []
    for (let after = 0; ; after += 100) {
      const page = await eventsAfter(projectId, after)
      events.push(...page)
      if (page.length < 100) return events.filter(({ data }) => data['boardId'] === boardId)
    }
  }
}

async function eventsAfter(projectId: string, after: number): Promise<Logged[]> {
  const caller = {
    kind: 'secret',
    actorId: 'key_secret',
    projectId,
    scopes: ['events:read'],
    plan: 'free',
    requestId: 'test',
    traceparent: '',
  }
  const url = `http://worker/v1/events?limit=100&after=${after}`
  const response = await bindings.GATEWAY_TO_EVENTS.fetch(url, {
    headers: { 'coinop-caller': JSON.stringify(caller) },
  })
  return (await response.json<{ data: Logged[] }>()).data
}
