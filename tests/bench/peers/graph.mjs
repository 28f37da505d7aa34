// The part of the gateway's graph that is asked, as its peers declare it.
import { partsOf } from './identity.mjs'
import { order } from './mapping.mjs'
import { rows } from './systems.mjs'

export const typeDefs = `
  scalar CurrencyCode
  scalar DateTime
  scalar Decimal
  directive @oneOf on INPUT_OBJECT
  enum OrderStatus { OPEN PARTIALLY_FULFILLED FULFILLED PARTIALLY_RETURNED RETURNED CANCELED }
  interface Node { id: ID! }
  input CustomerBy @oneOf { id: ID }
  type Query {
    node(id: ID!): Node
    customer(by: CustomerBy!): Customer
    orders(first: Int = 20): OrderConnection
  }
  type Money { amount: Decimal! currency: CurrencyCode! }
  type Store implements Node { id: ID! code: String! name: String! }
  type StockLevel {
    asOf: DateTime! onHand: Int! committed: Int! reserved: Int! available: Int! store: Store
  }
  type Product implements Node { id: ID! title: String! variants: [ProductVariant!] }
  type ProductVariant implements Node {
    id: ID! sku: String! title: String! gtin: String price: Money
    product: Product stock: [StockLevel!]
  }
  type OrderLine {
    quantity: Int! title: String! unitPrice: Money! total: Money! variant: ProductVariant
  }
  type Order implements Node {
    id: ID! number: String! placedAt: DateTime! status: OrderStatus! total: Money!
    customer: Customer lines: [OrderLine!]
  }
  type OrderConnection { nodes: [Order!]! }
  type Customer implements Node {
    id: ID! name: String email: String orders(first: Int = 20): OrderConnection
  }
`

const native = (id) => partsOf(id).at(-1)

const byKind = {
  Customer: (id, { customers }) => customers.load(Number(native(id))),
  Product: (id, { products }) => products.load(Number(native(id))),
  ProductVariant: (id, { variants }) => variants.load(native(id)),
}

export const resolvers = {
  Query: {
    node: (_, { id }, context) => byKind[partsOf(id)[0]]?.(id, context) ?? null,
    customer: (_, { by }, context) => byKind.Customer(by.id, context),
    orders: async (_, { first }) => ({
      nodes: (await rows(`/oms/orders?limit=${first}`, 'orders')).map(order),
    }),
  },
  Customer: {
    orders: async ({ _number }, { first }, { ordersOf }) => ({
      nodes: await ordersOf.load({ customer: _number, first }),
    }),
  },
  Order: { customer: ({ _customer }, _, { customers }) => customers.load(_customer) },
  OrderLine: { variant: ({ _sku }, _, { variants }) => variants.load(_sku) },
  Product: { variants: ({ _skus }, _, { variants }) => variants.loadMany(_skus) },
  ProductVariant: {
    product: ({ _group }, _, { products }) => products.load(_group),
    stock: ({ sku }, _, { stock }) => stock.load(sku),
  },
}
