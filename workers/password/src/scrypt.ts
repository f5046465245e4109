/**
 * Password hashes: `$scrypt$ln=15,r=8,p=3,k=<pepper id>$<salt>$<hash>`, a PHC string. scrypt, because the production runtime
 * refuses PBKDF2 at a safe strength. The pepper comes first, so that a stolen database alone is not worth guessing at.
 */
import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'

type Cost = { ln: number; r: number; p: number }
/** OWASP's figures for 32 MiB: N = 2^15. */
const currentCost: Cost = { ln: 15, r: 8, p: 3 }
const memoryBytesMax = 64 * 1024 * 1024
const saltBytes = 16
const hashBytes = 32

type Pepper = { id: string; secret: string }
/** Newest first: the newest is used for new hashes, the older ones still verify theirs. */
export type Peppers = [Pepper, ...Pepper[]]
export type Verification = { matches: boolean; rehash: boolean }

/** `text` is one pepper or, while they are being changed, several with commas between them, newest first. */
export function readPeppers(text: string): Peppers {
  const [newest = '', ...older] = text.split(',').map((part) => part.trim())
  const secrets = [newest, ...older]
  if (secrets.some((secret) => secret.length < pepperCharactersMin)) {
    throw new Error(`Every part of PASSWORD_PEPPER needs ${pepperCharactersMin} characters.`)
  }
  return [toPepper(newest), ...older.map(toPepper)]
}

const pepperCharactersMin = 32

/** The id names a pepper inside a hash without telling anything about it. */
const toPepper = (secret: string): Pepper => ({
  id: createHash('sha256').update(`pepper id of ${secret}`).digest('hex').slice(0, 8),
  secret,
})

export function hashPassword([pepper]: Peppers, password: string): string {
  const salt = randomBytes(saltBytes)
  const { ln, r, p } = currentCost
  const hash = derive({ password, pepper, salt, cost: currentCost })
  return `$scrypt$ln=${ln},r=${r},p=${p},k=${pepper.id}$${encode(salt)}$${encode(hash)}`
}

const pattern =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2}),k=([0-9a-f]{8})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

/** Throws when `phc` is not one of ours or its pepper is gone: that is a broken database or configuration, not a wrong password. */
export function verifyPassword(peppers: Peppers, password: string, phc: string): Verification {
  const [, ln, r, p, pepperId, salt = '', stored = ''] = pattern.exec(phc) ?? []
  const pepper = peppers.find(({ id }) => id === pepperId)
  if (!pepper)
    throw new Error('A stored password hash is malformed, or PASSWORD_PEPPER lacks its pepper.')
  const cost: Cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  const hash = derive({ password, pepper, salt: Buffer.from(salt, 'base64'), cost })
  const matches = timingSafeEqual(hash, Buffer.from(stored, 'base64'))
  const weaker = cost.ln < currentCost.ln || cost.r < currentCost.r || cost.p < currentCost.p
  return { matches, rehash: matches && (weaker || pepper !== peppers[0]) }
}

type Derivation = { password: string; pepper: Pepper; salt: Buffer; cost: Cost }

/** In composed form, so that one password typed on two keyboards is one password. */
function derive({ password, pepper, salt, cost: { ln, r, p } }: Derivation): Buffer {
  const peppered = createHmac('sha256', pepper.secret).update(password.normalize('NFC')).digest()
  return scryptSync(peppered, salt, hashBytes, { N: 2 ** ln, r, p, maxmem: memoryBytesMax })
}

/** PHC strings carry base64 without padding. */
const encode = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
