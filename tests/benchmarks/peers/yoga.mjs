// graphql-yoga as its documentation sets it up on node:http: `node yoga.mjs PORT`.
import { createServer } from 'node:http'
import { createSchema, createYoga } from 'graphql-yoga'

const yoga = createYoga({
  schema: createSchema({
    typeDefs: 'type Query { hello: String! }',
    resolvers: { Query: { hello: () => 'hello' } },
  }),
  logging: false,
})

createServer(yoga).listen(Number(process.argv[2]), '127.0.0.1')
