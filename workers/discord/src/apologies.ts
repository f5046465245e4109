/** What is said when there is no answer: a bug, a service that is silent, and the end of our patience. */
import { message } from './reply.ts'

export const unsupported = () =>
  message('user', { lines: ['This is not supported here yet. Type `/` to see the commands.'] })

export const broken = (requestId: string) =>
  message('user', {
    lines: [
      'Something went wrong on our side. See `/balance` before you try again.',
      `If it stays, report this number: \`${requestId}\``,
    ],
  })

/** Somebody goes on, and this message is to be changed once more. Recognised by this very text: see `stands-in.ts`. */
export const goingOnLine =
  'This takes longer than it should, and goes on. The answer comes here; there is no need to send it again.'
export const goingOn = () => message('user', { lines: [goingOnLine] })

/** Nobody goes on. */
export const tookTooLong = () =>
  message('user', {
    lines: [
      'This takes longer than it should, and may still be done. See `/balance` before you try again.',
    ],
  })

/** Discord soon takes no answer any more. */
export const gaveUp = () =>
  message('user', {
    lines: [
      'That took too long, and is not tried again. What you have is safe: it was done once, or not at all. See `/balance` before you send it again.',
    ],
  })
