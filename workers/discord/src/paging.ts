/** Buttons for turning the pages of a list. */
import type { Context } from './commands/command.ts'
import type { Button } from './model.ts'

/** A page as a button carries it; the first is 0. `last` bounds what a list can be turned to. */
export const pageOf = ([text = '0']: string[], last: number): number => {
  const page = Number.parseInt(text, 10)
  return Number.isSafeInteger(page) ? Math.min(Math.max(page, 0), last) : 0
}

/** None when there is only one page. `args` stand behind the page in each button. */
export function pageButtons(
  { button }: Context,
  { page, hasMore, args = [] }: { page: number; hasMore: boolean; args?: string[] },
): Button[][] {
  if (page === 0 && !hasMore) return []
  const turn = (label: string, to: number, disabled: boolean) =>
    // A message may not have the same id twice, so the disabled one says which it is.
    button({ label, action: 'page', args: [String(to), ...args], disabled })
  return [[turn('◀ Back', page - 1, page === 0), turn('Next ▶', page + 1, !hasMore)]]
}
