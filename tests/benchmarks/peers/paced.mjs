// One question again and again at a steady pace, whether the last one has been answered or not.
//   node paced.mjs '{"url": …, "body": …, "headers": {…}, "answer": …, "rate": 50, "seconds": 8}'
// One line of JSON: how many were answered, and the milliseconds it took.
import { Agent, request } from 'node:http'

const asked = JSON.parse(process.argv[2])
const agent = new Agent({ keepAlive: true })
const taken = []

function ask(due) {
  return new Promise((resolve, reject) => {
    const sent = request(asked.url, { agent, method: 'POST', headers: asked.headers }, answer => {
      const chunks = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        taken.push(performance.now() - due)
        const text = Buffer.concat(chunks).toString()
        if (text === asked.answer) resolve()
        else reject(new Error(`${answer.statusCode} ${text}`))
      })
    })
    sent.on('error', reject)
    sent.end(asked.body)
  })
}

const every = 1e3 / asked.rate
const begun = performance.now() + 100
const answered = []
for (let n = 0; n < asked.rate * asked.seconds; n++) {
  const due = begun + n * every
  await new Promise(resolve => setTimeout(resolve, Math.max(0, due - performance.now())))
  // From when it was sent: timers of Node are late by up to a millisecond by themselves.
  answered.push(ask(Math.max(due, performance.now())))
}
await Promise.all(answered)
taken.sort((a, b) => a - b)
const at = share => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))]
const { user, system } = process.cpuUsage()
const busy = (user + system) / 1e3 / (performance.now() - begun)
console.log(JSON.stringify({ answers: taken.length, p50: at(0.5), p99: at(0.99), busy }))
agent.destroy()
