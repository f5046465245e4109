/** Hands scores to a board and its answers back. */
import type { BoardReference, RequestPart, ScoreAnswer, ScoreWrite } from './board-commands.ts'
import type { BoardObject } from './board-object.ts'

export type Scores = {
  reference: BoardReference
  writes: ScoreWrite[]
  part: RequestPart | undefined
}

/** Many travel as one text: to copy a hundred objects between Workers takes each side longer than to read them from JSON. */
export async function submitTo(
  object: Pick<DurableObjectStub<BoardObject>, 'submit' | 'submitText'>,
  scores: Scores,
): Promise<ScoreAnswer[]> {
  const { reference, writes, part } = scores
  if (writes.length === 1) return object.submit(reference, writes, part)
  return JSON.parse(await object.submitText(JSON.stringify(scores))) as ScoreAnswer[]
}
