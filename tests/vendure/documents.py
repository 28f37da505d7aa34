"""What a seeding says to the admin API. `refused` is there where the shop says no."""

BASICS = """
query {
  stockLocations { items { id } }
  taxCategories { items { id } }
  shippingMethods { items { id } }
}
"""

TRACK = """
mutation { updateGlobalSettings(input: { trackInventory: true }) { __typename } }
"""

RENAME_LOCATION = """
mutation ($input: UpdateStockLocationInput!) { updateStockLocation(input: $input) { id } }
"""

LOCATION = """
mutation ($input: CreateStockLocationInput!) { createStockLocation(input: $input) { id } }
"""

SIZES = """
mutation ($input: CreateProductOptionGroupInput!) {
  createProductOptionGroup(input: $input) { id options { id code } }
}
"""

PRODUCT = """
mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }
"""

SIZED = """
mutation ($product: ID!, $group: ID!) {
  addOptionGroupToProduct(productId: $product, optionGroupId: $group) { id }
}
"""

VARIANTS = """
mutation ($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }
"""

CUSTOMER = """
mutation ($input: CreateCustomerInput!) {
  createCustomer(input: $input) { ... on Customer { id } ... on ErrorResult { refused: message } }
}
"""

DRAFT = """
mutation { createDraftOrder { id } }
"""

LINE = """
mutation ($order: ID!, $variant: ID!, $quantity: Int!) {
  addItemToDraftOrder(
    orderId: $order, input: { productVariantId: $variant, quantity: $quantity }
  ) { ... on Order { id } ... on ErrorResult { refused: message } }
}
"""

ADDRESSED = """
mutation ($order: ID!, $customer: ID!, $shipping: ID!, $address: CreateAddressInput!) {
  customer: setCustomerForDraftOrder(orderId: $order, customerId: $customer) {
    ... on ErrorResult { refused: message }
  }
  address: setDraftOrderShippingAddress(orderId: $order, input: $address) { id }
  shipping: setDraftOrderShippingMethod(orderId: $order, shippingMethodId: $shipping) {
    ... on ErrorResult { refused: message }
  }
}
"""

PAY = """
mutation ($order: ID!) {
  state: transitionOrderToState(id: $order, state: "ArrangingPayment") {
    ... on ErrorResult { refused: message }
  }
  paid: addManualPaymentToOrder(
    input: { orderId: $order, method: "card", transactionId: "terminal", metadata: {} }
  ) {
    ... on Order { payments { id } lines { id quantity } }
    ... on ErrorResult { refused: message }
  }
}
"""

FULFIL = """
mutation ($input: FulfillOrderInput!) {
  addFulfillmentToOrder(input: $input) {
    ... on Fulfillment { id } ... on ErrorResult { refused: message }
  }
}
"""

DELIVER = """
mutation ($id: ID!) {
  shipped: transitionFulfillmentToState(id: $id, state: "Shipped") {
    ... on ErrorResult { refused: message }
  }
  delivered: transitionFulfillmentToState(id: $id, state: "Delivered") {
    ... on ErrorResult { refused: message }
  }
}
"""

REFUND = """
mutation ($input: RefundOrderInput!) {
  refundOrder(input: $input) { ... on Refund { id } ... on ErrorResult { refused: message } }
}
"""

CANCEL = """
mutation ($input: CancelOrderInput!) {
  cancelOrder(input: $input) { ... on Order { id } ... on ErrorResult { refused: message } }
}
"""
