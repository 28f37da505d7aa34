// Apollo Server, as its documentation starts it.
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { resolvers, typeDefs } from './graph.mjs'
import { loaders } from './loaders.mjs'

const server = new ApolloServer({ typeDefs, resolvers })
await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.argv[2]) },
  context: async () => loaders(),
})
