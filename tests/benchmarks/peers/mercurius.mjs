// mercurius as its documentation sets it up, `node mercurius.mjs PORT [SCHEMA ROWS [jit]]`.
// ROWS is a file of JSON: what `recoveryQueue` says, which stays in memory.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'

const [port, schema, rows, jit] = process.argv.slice(2)
const page = rows ? JSON.parse(readFileSync(rows, 'utf8')) : null
const app = Fastify()

app.register(mercurius, {
  jit: jit ? 1 : 0,
  schema: schema ? readFileSync(schema, 'utf8') : 'type Query { hello: String! }',
  resolvers: { Query: page ? { recoveryQueue: () => page } : { hello: () => 'hello' } },
})

await app.listen({ port: Number(port), host: '127.0.0.1' })
