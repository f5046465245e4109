/**
 * The whole standing of a snapshot as NDJSON in a bucket, where one is bound: in parts of one size, each noted when it is there, so
 * that a board of any size takes bounded memory and whatever is interrupted goes on at the next part.
 */
import { logError } from '@coinop/shared/log'
import { and, asc, eq, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { Standing } from './board-commands.ts'
import type { BoardRow } from './model.ts'
import { seasons, snapshotArchives, type ArchivePart } from './schema.ts'
import { boardObject, type SeasonRow } from './seasons.ts'
import type { SnapshotRow } from './snapshots.ts'

type ArchiveRow = typeof snapshotArchives.$inferSelect
type Pending = { archive: ArchiveRow; season: SeasonRow }
type Section = { bytes: Uint8Array; lines: number; next: number[] | null }
type Part = { bytes: Uint8Array; lines: number; position: number[] | null }

/** R2 takes parts of 5 MiB and more, all but the last of one size. */
export const partBytes = 5 * 1_024 * 1_024
/** Entries that are asked of an object at once; with the largest metadata a megabyte. */
const sectionLines = 500
/** Bounds one run, in parts; the next minute goes on. */
const partsMax = 10
const archivesMax = 10
/** Then it is given up: the snapshot says `failed`. */
const failuresMax = 10

/** Absent unless wrangler.toml binds a bucket: see docs/guides/leaderboards.md. */
export const archiveOf = (env: LeaderboardsEnv): R2Bucket | undefined =>
  (env as { LEADERBOARD_ARCHIVE?: R2Bucket }).LEADERBOARD_ARCHIVE

/** From the first part on, also when there was a snapshot of the day before. */
export function pendingArchive(
  db: DrizzleD1Database,
  { seasonId, day, boardId, takenAt }: SnapshotRow,
) {
  const fresh = {
    takenAt,
    status: 'pending' as const,
    uploadId: null,
    parts: [],
    position: null,
    lines: 0,
    failures: 0,
  }
  return db
    .insert(snapshotArchives)
    .values({ seasonId, day, boardId, ...fresh })
    .onConflictDoUpdate({
      target: [snapshotArchives.seasonId, snapshotArchives.day],
      set: fresh,
    })
}

/** `prj_…/brd_…/sea_…/2026-11-29.ndjson` */
export const archiveKey = ({ projectId, boardId, id }: SeasonRow, day: string): string =>
  `${projectId}/${boardId}/${id}/${day}.ndjson`

/** Those with the fewest failures first, then the oldest. */
const pendingArchives = (db: DrizzleD1Database): Promise<Pending[]> =>
  db
    .select({ archive: snapshotArchives, season: seasons })
    .from(snapshotArchives)
    .innerJoin(seasons, eq(seasons.id, snapshotArchives.seasonId))
    // In words, for the index is partial.
    .where(sql`${snapshotArchives.status} = 'pending'`)
    .orderBy(asc(snapshotArchives.failures), asc(snapshotArchives.day))
    .limit(archivesMax)

/** Does what is waiting, bounded. One that fails keeps no other one waiting. */
export async function archiveSnapshots(env: LeaderboardsEnv): Promise<void> {
  const bucket = archiveOf(env)
  if (!bucket) return
  const db = drizzle(env.LEADERBOARDS_DB)
  let partsLeft = partsMax
  for (const pending of await pendingArchives(db)) {
    const upload = new ArchiveUpload(env, bucket, pending)
    try {
      partsLeft -= await upload.run(partsLeft)
    } catch (error) {
      logError('leaderboards', 'snapshots.archive', error)
      await upload.noteFailure()
    }
    if (partsLeft <= 0) return
  }
}

/** Files of one removal; the next minute goes on. */
const removedMax = 1_000

/** With a board go its files; false while there are more. */
export async function removeArchives(
  env: LeaderboardsEnv,
  { projectId, id }: Pick<BoardRow, 'projectId' | 'id'>,
): Promise<boolean> {
  const bucket = archiveOf(env)
  if (!bucket) return true
  const { objects, truncated } = await bucket.list({
    prefix: `${projectId}/${id}/`,
    limit: removedMax,
  })
  if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key))
  return !truncated
}

/** One snapshot on its way into the bucket. A method is a step: a test can break off before and after each. */
export class ArchiveUpload {
  private readonly env: LeaderboardsEnv
  private readonly bucket: R2Bucket
  private readonly season: SeasonRow
  private readonly key: string
  private readonly db: DrizzleD1Database
  private archive: ArchiveRow

  constructor(env: LeaderboardsEnv, bucket: R2Bucket, { archive, season }: Pending) {
    this.env = env
    this.bucket = bucket
    this.season = season
    this.archive = archive
    this.key = archiveKey(season, archive.day)
    this.db = drizzle(env.LEADERBOARDS_DB)
  }

  /** With at most `most` parts; answers how many there were. */
  async run(most: number): Promise<number> {
    if (this.archive.uploadId === null) await this.begin()
    let count = 0
    for (; count < most && !this.isSent; count++) {
      const part = await this.read()
      if (part.bytes.length === 0) return this.finishEmpty()
      await this.send(part)
    }
    if (this.isSent) await this.finish()
    return count
  }

  /** An upload that is begun and not noted ends by itself after a week. */
  async begin(): Promise<void> {
    const { uploadId } = await this.bucket.createMultipartUpload(this.key, {
      httpMetadata: { contentType: 'application/x-ndjson' },
      customMetadata: this.mark,
    })
    await this.write({ uploadId, parts: [], position: null, lines: 0 })
  }

  /** An upload has at least one byte; a file need not. */
  async finishEmpty(): Promise<number> {
    await this.bucket.put(this.key, '', { customMetadata: this.mark })
    await this.write({ status: 'stored' })
    return 0
  }

  /** Sections from where the last part ended, as many as fit. */
  async read(): Promise<Part> {
    const buffer = new Uint8Array(partBytes)
    let [length, lines] = [0, 0]
    let { position } = this.archive
    for (;;) {
      const section = await this.section(position)
      if (length + section.bytes.length > partBytes) break
      buffer.set(section.bytes, length)
      length += section.bytes.length
      lines += section.lines
      position = section.next
      if (position === null) return { bytes: buffer.subarray(0, length), lines, position }
    }
    // Spaces behind the last line, which JSON allows, bring the part to its size.
    buffer.fill(0x20, length - 1, partBytes - 1)
    buffer[partBytes - 1] = 0x0a
    return { bytes: buffer, lines, position }
  }

  async send({ bytes, lines, position }: Part): Promise<void> {
    const { parts, uploadId, lines: before } = this.archive
    const upload = this.bucket.resumeMultipartUpload(this.key, uploadId!)
    const part = await upload.uploadPart(parts.length + 1, bytes)
    const sent: ArchivePart = { partNumber: part.partNumber, etag: part.etag }
    await this.write({ parts: [...parts, sent], position, lines: before + lines })
  }

  /** Completed before and not noted, it is there. */
  async finish(): Promise<void> {
    const { uploadId, parts } = this.archive
    try {
      await this.bucket.resumeMultipartUpload(this.key, uploadId!).complete(parts)
    } catch (error) {
      if (!(await this.isStored())) throw error
    }
    await this.write({ status: 'stored' })
  }

  /** The next run begins at the part that was lost; after some failures with the first, in a new upload. */
  async noteFailure(): Promise<void> {
    const failures = this.archive.failures + 1
    const afresh = failures % 3 === 0 && { uploadId: null, parts: [], position: null, lines: 0 }
    const status = failures >= failuresMax ? 'failed' : 'pending'
    await this.change({ failures, status, ...afresh })
  }

  /** Behind the last part there is no place to go on. */
  private get isSent(): boolean {
    const { parts, position } = this.archive
    return parts.length > 0 && position === null
  }

  /** Tells this snapshot's file from one that was taken of the same day before. */
  private get mark(): Record<string, string> {
    return { takenAt: String(this.archive.takenAt) }
  }

  private async isStored(): Promise<boolean> {
    const found = await this.bucket.head(this.key)
    return found?.customMetadata?.['takenAt'] === this.mark['takenAt']
  }

  private async section(after: number[] | null): Promise<Section> {
    const object = boardObject(this.env, this.season)
    const page = await object.top({ limit: sectionLines, ...(after && { after }) })
    const text = page.standings.map(lineOf).join('')
    const { next, standings } = page
    return { bytes: new TextEncoder().encode(text), lines: standings.length, next }
  }

  private async write(changes: Partial<ArchiveRow>): Promise<void> {
    const changed = await this.change(changes)
    if (!changed) throw new Error('Another run has gone on with this archive.')
    this.archive = changed
  }

  /** Only if nobody else went on meanwhile: of two at once one fails, and its parts are not used. */
  private async change(changes: Partial<ArchiveRow>): Promise<ArchiveRow | undefined> {
    const { seasonId, day, uploadId, parts, status, takenAt } = this.archive
    const isSame = and(
      eq(snapshotArchives.seasonId, seasonId),
      eq(snapshotArchives.day, day),
      eq(snapshotArchives.takenAt, takenAt),
      eq(snapshotArchives.status, status),
      sql`${snapshotArchives.uploadId} IS ${uploadId}`,
      eq(snapshotArchives.parts, parts),
    )
    const [changed] = await this.db.update(snapshotArchives).set(changes).where(isSame).returning()
    return changed
  }
}

const lineOf = ({ rank, userId, keys, metadata, reachedAt }: Standing): string =>
  `${JSON.stringify({
    rank,
    userId,
    keys,
    metadata: metadata === null ? null : (JSON.parse(metadata) as object),
    reachedAt: new Date(reachedAt).toISOString(),
  })}\n`
