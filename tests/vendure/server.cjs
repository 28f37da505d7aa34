// A Vendure shop on loopback, over SQLite: node server.cjs INSTALLED FOLDER PORT
//
// INSTALLED holds node_modules, FOLDER the database. FOLDER/ready.json is written, whole or not at
// all, once the shop answers: {"pid", "port"}. A new database first gets what a shop cannot do
// without: a zone, a tax, ways to ship and to pay.
const fs = require('fs');
const path = require('path');
const { createRequire } = require('module');

const [packages, folder, port] = process.argv.slice(2);
const installed = createRequire(path.join(packages, 'package.json'));
const vendure = installed('@vendure/core');
const { populateInitialData } = installed('@vendure/core/cli');

const database = path.join(folder, 'shop.sqlite');
const ready = path.join(folder, 'ready.json');
const empty = !fs.existsSync(database);

// Numbers that are the same at every seeding, where Vendure's own are random.
const numbered = {
  init(injector) {
    this.connection = injector.get(vendure.TransactionalConnection);
  },
  async generate(ctx) {
    const made = await this.connection.getRepository(ctx, vendure.Order).count();
    return `V${String(made + 1).padStart(6, '0')}`;
  },
};

const config = {
  apiOptions: { hostname: '127.0.0.1', port: Number(port) },
  authOptions: {
    tokenMethod: 'bearer',
    superadminCredentials: { identifier: 'superadmin', password: 'vendure-sample' },
  },
  dbConnectionOptions: { type: 'better-sqlite3', database, synchronize: empty, logging: false },
  importExportOptions: { importAssetsDir: folder },
  logger: new vendure.DefaultLogger({ level: vendure.LogLevel.Warn, timestamp: false }),
  orderOptions: { orderCodeStrategy: numbered },
  paymentOptions: { paymentMethodHandlers: [vendure.dummyPaymentHandler] },
  plugins: [vendure.DefaultJobQueuePlugin, vendure.DefaultSearchPlugin],
};

const necessities = {
  defaultLanguage: 'en',
  defaultZone: 'Asia',
  countries: [{ name: 'Japan', code: 'JP', zone: 'Asia' }],
  taxRates: [{ name: 'Standard', percentage: 10 }],
  shippingMethods: [{ name: 'Parcel', price: 500 }],
  paymentMethods: [
    {
      name: 'Card',
      handler: {
        code: vendure.dummyPaymentHandler.code,
        arguments: [{ name: 'automaticSettle', value: 'true' }],
      },
    },
  ],
  collections: [],
};

async function serve() {
  const shop = await vendure.bootstrap(config);
  if (empty) await populateInitialData(shop, necessities);
  await shop.get(vendure.JobQueueService).start();
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => shop.close().finally(() => process.exit(0)));
  }
  fs.writeFileSync(`${ready}.new`, JSON.stringify({ pid: process.pid, port: Number(port) }));
  fs.renameSync(`${ready}.new`, ready);
}

serve().catch(error => {
  console.error(error);
  process.exit(1);
});
