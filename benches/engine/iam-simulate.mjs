// Nanoseconds per decision of @cloud-copilot/iam-simulate: questions on standard input, figures on standard output.
// runUnsafeSimulation leaves out its validation of input, which the others do not do either.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(process.argv[2] + '/')
const { runUnsafeSimulation } = require('@cloud-copilot/iam-simulate')
const { principal, account, shapes } = JSON.parse(readFileSync(0, 'utf8'))

const figures = shapes.map(({ policies, questions }) => {
  const identityPolicies = policies.map((policy, number) => ({ name: `policy-${number}`, policy }))
  const simulations = questions.map(({ action, resource, context }) => ({
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: context },
    identityPolicies,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }))
  const run = () => simulations.forEach((simulation) => runUnsafeSimulation(simulation, {}))
  run()
  let best = Infinity
  for (let round = 0; round < 3; round++) {
    const start = process.hrtime.bigint()
    let runs = 0
    while (process.hrtime.bigint() - start < 300_000_000n) {
      run()
      runs++
    }
    best = Math.min(best, Number(process.hrtime.bigint() - start) / (runs * simulations.length))
  }
  return best
})
process.stdout.write(JSON.stringify(figures))
