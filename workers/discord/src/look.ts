/** How our messages look: their colours. */
export const colors = {
  accent: 0x6d5dfc,
  good: 0x2fbf71,
  bad: 0xe5484d,
} as const
