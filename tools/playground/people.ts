/** Who and where: the two players, their server and its channel, as Discord would describe them. The same at every start. */

export type Person = {
  id: string
  username: string
  global_name: string
  /** Of the server, by id. */
  roles: string[]
  /** What they may do there: Discord's bits, as a decimal. */
  permissions: string
}

/** To see the channel, write, embed links, attach files, read what was written and use commands: 10, 11, 14, 15, 16, 31. */
const everybody = '2147601408'
/** Every bit there is: Discord gives them all to the owner of a server. */
const owner = '4503599627370495'

export const guild = {
  id: '1300000000000000100',
  name: 'Arcade',
  locale: 'en-US',
  channel: { id: '1300000000000000101', name: 'arcade', type: 0 },
  roles: [
    { id: '1300000000000000100', name: '@everyone', color: 0 },
    { id: '1300000000000000110', name: 'Owner', color: 0xf5b81c },
    { id: '1300000000000000111', name: 'VIP', color: 0x5ec8a8 },
  ],
}

/** Ada runs the server, Grace plays on it: so both sides of a command for managers can be seen. */
export const people: Person[] = [
  {
    id: '1300000000000000001',
    username: 'ada',
    global_name: 'Ada',
    roles: ['1300000000000000110'],
    permissions: owner,
  },
  {
    id: '1300000000000000002',
    username: 'grace',
    global_name: 'Grace',
    roles: [],
    permissions: everybody,
  },
]

export const botUser = {
  id: '1300000000000000200',
  username: 'Coinop',
  global_name: null,
  discriminator: '0',
  avatar: null,
  bot: true,
}
