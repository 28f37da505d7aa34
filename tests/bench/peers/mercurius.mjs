// mercurius on Fastify; each query is compiled when it is asked for the first time.
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { resolvers, typeDefs } from './graph.mjs'
import { loaders } from './loaders.mjs'

const server = Fastify()
await server.register(mercurius, { schema: typeDefs, resolvers, jit: 1, context: loaders })
await server.listen({ host: '127.0.0.1', port: Number(process.argv[2]) })
