/** The playground: two clients side by side, the panel, and the ear for what the bot says later. */
import type { Configuration } from '../configuration.ts'
import type { Told } from '../told.ts'
import { ClientView } from './client-view.ts'
import { element } from './element.ts'
import { attachmentsOf, createExchanges } from './exchanges.ts'
import { inspector } from './inspector.ts'
import { Messages } from './messages.ts'

const retryMilliseconds = 2_000

const place = document.querySelector('main')!
const configuration = (await (await fetch('/playground/config.json')).json()) as Configuration
const { applicationId, privateKey, people } = configuration
const messages = new Messages()
const exchanges = await createExchanges(applicationId, privateKey)
const clients = people.map(
  (person) => new ClientView({ configuration, messages, exchanges }, person),
)
const offline = element(
  'p',
  { class: 'offline', role: 'alert', hidden: true },
  'The server does not answer. Is npm start still running?',
)
place.append(...clients.map(({ view }) => view), inspector(exchanges), offline)
await listen()

/** For as long as the page is open: edits, follow-ups and roles, as the bot tells Discord of them. */
async function listen(): Promise<never> {
  for (let last = configuration.told; ;) {
    try {
      const response = await fetch(`/playground/told.json?after=${last}`)
      const list = (await response.json()) as Told[]
      offline.hidden = true
      list.forEach(hear)
      last = list.at(-1)?.number ?? last
    } catch {
      offline.hidden = false
      await new Promise((resolve) => setTimeout(resolve, retryMilliseconds))
    }
  }
}

function hear(told: Told): void {
  exchanges.note(told)
  messages.told(told, attachmentsOf(told))
  if (told.path.includes('/roles/')) changeRole(told)
}

function changeRole({ method, payload }: Told): void {
  const { userId, roleId } = payload as { userId: string; roleId: string }
  const person = people.find(({ id }) => id === userId)
  if (!person) return
  const others = person.roles.filter((id) => id !== roleId)
  person.roles = method === 'PUT' ? [...others, roleId] : others
  for (const client of clients) client.showRoles()
}
