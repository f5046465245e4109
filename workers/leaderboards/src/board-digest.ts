/** The digest of a standing, hashed once for each; that of a closed season is kept. */
import type { BoardState } from './board-commands.ts'
import type { BoardReads } from './board-reads.ts'
import type { Board } from './board.ts'

export class BoardDigest {
  private hashed: { sequence: number; digest: string } | undefined

  stateOf(board: Board, reads: BoardReads): BoardState {
    const { closedAt, total, sequence, checkpointed } = board
    return { closedAt, total, digest: this.of(board, reads), sequence, checkpointed }
  }

  private of({ closedAt, rows, sequence }: Board, reads: BoardReads): string {
    const kept = closedAt === null ? null : rows.board()?.digest
    if (kept) return kept
    if (this.hashed?.sequence === sequence) return this.hashed.digest
    this.hashed = { sequence, digest: reads.digest() }
    if (closedAt !== null) rows.setDigest(this.hashed.digest)
    return this.hashed.digest
  }

  forget(): void {
    this.hashed = undefined
  }
}
