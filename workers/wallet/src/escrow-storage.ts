/** Every statement on what a wallet has set aside for trades, and on the room it keeps for what they bring. */

/** One currency of a trade, as one of its two wallets knows it; `transferId` names its way to the other wallet. */
export type EscrowPart = { transferId: string; currency: string; amount: number }
export type EscrowRow = EscrowPart & {
  tradeId: string
  counterparty: string
  /** 1 when it will come into this wallet, 0 when it will leave. */
  incoming: 0 | 1
}

/** Rows stand here only while a trade is under way: what has ended is in the entries. */
export class EscrowStorage {
  private readonly sql: Pick<SqlStorage, 'exec'>

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
  }

  insert({ transferId, tradeId, counterparty, incoming, currency, amount }: EscrowRow): void {
    this.sql.exec(
      `INSERT INTO escrows VALUES (?, ?, ?, ?, ?, ?)`,
      transferId,
      tradeId,
      counterparty,
      incoming,
      currency,
      amount,
    )
  }

  ofTrade(tradeId: string): EscrowRow[] {
    return this.sql
      .exec<EscrowRow>(`SELECT * FROM escrows WHERE tradeId = ? ORDER BY currency`, tradeId)
      .toArray()
  }

  end(transferId: string): void {
    this.sql.exec(`DELETE FROM escrows WHERE transferId = ?`, transferId)
  }

  count(): number {
    return this.sql.exec<{ count: number }>(`SELECT count(*) AS count FROM escrows`).one().count
  }

  /** What trades will still bring: room that nothing else may take. */
  expected(currency: string): number {
    return this.sql
      .exec<{ amount: number }>(
        `SELECT coalesce(sum(amount), 0) AS amount FROM escrows WHERE incoming = 1 AND currency = ?`,
        currency,
      )
      .one().amount
  }
}
