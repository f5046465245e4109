/** Leaderboards as commands need them: which one is meant, and who stands on it. */
import { fail, ok, type Result } from '@coinop/shared/result'
import type { Command, Context } from './commands/command.ts'
import { limits, optionType } from './protocol.ts'

export const boardOption = {
  type: optionType.string,
  name: 'board',
  description: 'Which board; without it the oldest one',
  autocomplete: true,
  max_length: limits.choiceValue,
} as const

export const suggestBoards: NonNullable<Command['complete']> = async (env, caller, typed) => {
  const wanted = typed.trim().toLowerCase()
  const boards = await env.LEADERBOARDS_READS.boards(caller)
  return boards
    .filter(({ name, slug }) => name.toLowerCase().includes(wanted) || slug.includes(wanted))
    .map(({ id, name }) => ({ name, value: id }))
}

/** The board that was named, or the oldest. */
export async function chooseBoard(
  { env, caller }: Context,
  named: string | undefined,
): Promise<Result<string, 'leaderboard_not_found'>> {
  if (named !== undefined) return ok(named)
  const [first] = await env.LEADERBOARDS_READS.boards(caller)
  return first ? ok(first.id) : fail('leaderboard_not_found')
}

/** `1,234.5`; scores have no currency. */
export const scoreShown = (score: number): string => score.toLocaleString('en-US')
