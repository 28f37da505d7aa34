// From the systems' rows to the graph's objects. What begins with an underscore finds other things.
import { opaque } from './identity.mjs'

const BRANCHES = JSON.parse(process.env.BENCH_BRANCHES)
const STATES = { 10: 'OPEN', 30: 'PARTIALLY_FULFILLED', 40: 'FULFILLED', 60: 'RETURNED' }
const STORES = Object.fromEntries(Object.entries(BRANCHES).map(([code, branch]) => [branch, store(code)]))

function store(code) {
  const name = code[0].toUpperCase() + code.slice(1)
  return { __typename: 'Store', id: opaque('Store', code), code, name }
}

export const customer = (row) => ({
  __typename: 'Customer',
  id: opaque('Customer', 'crm', row.customer_no),
  name: `${row.first_name} ${row.last_name}`,
  email: row.mail.trim().toLowerCase(),
  _number: row.customer_no,
})

export const order = (row) => ({
  __typename: 'Order',
  id: opaque('Order', 'oms', row.order_id),
  number: row.order_no,
  placedAt: new Date(row.placed * 1000).toISOString().replace('.000Z', 'Z'),
  status: STATES[row.state],
  total: { amount: row.total, currency: row.currency },
  lines: row.lines.map((it) => line(it, row.currency)),
  _customer: row.customer_no,
})

const line = (row, currency) => ({
  quantity: row.qty,
  title: row.label,
  unitPrice: { amount: row.unit_price, currency },
  total: { amount: row.amount, currency },
  _sku: row.item_no,
})

export const variant = (row) => ({
  __typename: 'ProductVariant',
  id: opaque('ProductVariant', row.sku),
  sku: row.sku,
  title: row.label,
  gtin: row.ean,
  price: { amount: row.list_price, currency: row.currency },
  _group: row.group_no,
})

export const product = (row) => ({
  __typename: 'Product',
  id: opaque('Product', 'catalogue', row.group_no),
  title: row.label,
  _skus: row.items,
})

export function stockLevel(row) {
  const [onHand, committed, reserved] = [row.on_hand, row.allocated, row.held].map(Number)
  return {
    asOf: new Date(row.counted_at).toISOString().replace('.000Z', 'Z'),
    onHand,
    committed,
    reserved,
    available: Math.max(0, onHand - committed - reserved),
    store: STORES[row.branch],
  }
}
