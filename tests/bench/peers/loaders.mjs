// A request's loaders: what resolvers ask for one by one is fetched together.
import DataLoader from 'dataloader'
import * as mapping from './mapping.mjs'
import { rows } from './systems.mjs'

const options = { maxBatchSize: 200 }

const indexed = (found, key, map) => new Map(found.map((row) => [row[key], map(row)]))

async function customers(numbers) {
  const found = await rows(`/crm/customers?numbers=${numbers}`, 'customers')
  const byNumber = indexed(found, 'customer_no', mapping.customer)
  return numbers.map((it) => byNumber.get(it) ?? null)
}

async function ordersOf(keys) {
  const byKey = new Map(keys.map((it) => [`${it.customer}:${it.first}`, []]))
  for (const first of new Set(keys.map((it) => it.first))) {
    const numbers = keys.filter((it) => it.first === first).map((it) => it.customer)
    for (const row of await rows(`/oms/orders?customers=${numbers}&limit=${first}`, 'orders')) {
      byKey.get(`${row.customer_no}:${first}`).push(mapping.order(row))
    }
  }
  return [...byKey.values()]
}

async function products(groups) {
  const found = await rows(`/catalogue/groups?numbers=${groups}`, 'groups')
  const byGroup = indexed(found, 'group_no', mapping.product)
  return groups.map((it) => byGroup.get(it) ?? null)
}

async function variants(skus) {
  const found = await rows(`/catalogue/items?skus=${skus}`, 'items')
  const bySku = indexed(found, 'sku', mapping.variant)
  return skus.map((it) => bySku.get(it) ?? null)
}

async function stock(skus) {
  const bySku = new Map(skus.map((it) => [it, []]))
  for (const row of await rows(`/inventory/levels?skus=${skus}`, 'levels')) {
    bySku.get(row.sku).push(mapping.stockLevel(row))
  }
  return [...bySku.values()]
}

export const loaders = () => ({
  customers: new DataLoader(customers, options),
  ordersOf: new DataLoader(ordersOf, {
    ...options,
    cacheKeyFn: (it) => `${it.customer}:${it.first}`,
  }),
  products: new DataLoader(products, options),
  stock: new DataLoader(stock, options),
  variants: new DataLoader(variants, options),
})
