"""The sample retailer's CRM: customers, loyalty, coupons and consents over JSON."""
