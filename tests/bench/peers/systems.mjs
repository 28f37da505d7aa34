// The four systems, as an application asks them with undici.
import { Agent, request } from 'undici'

const address = process.env.BENCH_ESTATE
const dispatcher = new Agent({ connections: 100, pipelining: 1 })

export async function rows(path, name) {
  const { statusCode, body } = await request(address + path, { dispatcher })
  if (statusCode !== 200) {
    await body.dump()
    throw new Error(`the system answered ${statusCode}`)
  }
  return (await body.json())[name]
}
