// Opaque ids, of the same form as the gateway's.
const SEPARATOR = '\x1f'

export const opaque = (...parts) => Buffer.from(parts.join(SEPARATOR)).toString('base64url')

export const partsOf = (id) => Buffer.from(id, 'base64url').toString().split(SEPARATOR)
