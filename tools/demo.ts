/** `demo.json` in the state folder: everything one needs to use the demo project, made at random, for its owner's eyes. */
import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mintApiKey } from '../packages/shared/src/api-key.ts'
import { newId } from '../packages/shared/src/ids.ts'
import { writePrivate } from './secrets.ts'

export type Demo = {
  baseUrl: string
  projectId: string
  tenantId: string
  secretKey: string
  publishableKey: string
  keyIds: { secret: string; publishable: string }
  /** Who administers the tenant: POST /v1/members/login. Older files have none. */
  owner?: { id: string; tenantEmail: string; tenantPassword: string; invitation: string }
  currency: string
  users: { id: string; email: string; password: string }[]
  items: { id: string; name: string; price: { currency: string; amount: number } }[]
  /** The key pair of a made-up Discord application: sign with it to play Discord's part. */
  discord: { applicationId: string; publicKey: string; privateKey: string }
  createdAt: number
  /** Whether every step of the seed has been done. */
  complete: boolean
}

/** What the file says; without a file, a new project that exists nowhere yet. */
export function readDemo(file: string, people: { email: string }[]): Demo {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Demo
  const [secret, publishable] = [mintApiKey('test'), mintApiKey('test')]
  return {
    baseUrl: '',
    projectId: newId('prj'),
    tenantId: newId('ten'),
    secretKey: secret.key,
    publishableKey: publishable.key,
    keyIds: { secret: newId('key'), publishable: newId('key') },
    owner: {
      id: newId('mem'),
      tenantEmail: 'owner@example.com',
      tenantPassword: randomBytes(15).toString('base64url'),
      invitation: `invite_${randomBytes(32).toString('base64url')}`,
    },
    currency: 'COIN',
    users: people.map(({ email }) => ({
      id: '',
      email,
      password: randomBytes(15).toString('base64url'),
    })),
    items: [],
    discord: newDiscordApplication(),
    createdAt: Date.now(),
    complete: false,
  }
}

export function writeDemo(file: string, demo: Demo): Demo {
  writePrivate(file, demo)
  return demo
}

/** Ed25519, in the forms that Discord shows and that WebCrypto imports: 64 hex characters, PKCS#8 in base64. */
function newDiscordApplication(): Demo['discord'] {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  return {
    applicationId: `1${String(randomInt(1e9)).padStart(9, '0')}${String(randomInt(1e9)).padStart(9, '0')}`,
    publicKey: spki.subarray(-32).toString('hex'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  }
}
