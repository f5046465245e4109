import { expect, test } from 'vitest'
import { measure, metricsText } from './metrics.ts'

test('requests are counted by operation, method and status, and by how long they took', () => {
  measure('tests.get', 'GET', 200, 0.005)
  measure('tests.get', 'GET', 200, 0.3)
  measure('tests.get', 'BREW', 404, 9)
  const lines = metricsText([]).split('\n')
  const shown = lines.filter((line) => line.includes('"tests.get"'))
  const bucket = (le: string, count: number) =>
    `coinop_request_duration_seconds_bucket{le="${le}",operation="tests.get"} ${count}`
  expect(shown).toEqual([
    'coinop_requests_total{operation="tests.get",method="GET",status="200"} 2',
    'coinop_requests_total{operation="tests.get",method="other",status="404"} 1',
    ...['0.005', '0.01', '0.025', '0.05', '0.1', '0.25'].map((le) => bucket(le, 1)),
    ...['0.5', '1', '2.5', '5'].map((le) => bucket(le, 2)),
    bucket('+Inf', 3),
    'coinop_request_duration_seconds_sum{operation="tests.get"} 9.305',
    'coinop_request_duration_seconds_count{operation="tests.get"} 3',
  ])
})

test('what others were asked for stands below, each with its help', () => {
  const text = metricsText([{ name: 'coinop_test', help: 'A test.', value: 1.5 }])
  expect(text).toMatch(
    /\n# HELP coinop_test A test\.\n# TYPE coinop_test gauge\ncoinop_test 1\.5\n$/,
  )
})
