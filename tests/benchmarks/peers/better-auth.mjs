// better-auth with a second factor on PostgreSQL, as its documentation sets it up.
//   node better-auth.mjs PORT enrol   makes the tables and ACCOUNTS enrolled accounts
//   node better-auth.mjs PORT         answers there
// Passwords are compared, not hashed: hashing is measured elsewhere. The rate limit is off.
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { symmetricEncrypt } from 'better-auth/crypto'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { twoFactor } from 'better-auth/plugins'
import pg from 'pg'

const { DATABASE_URL, ACCOUNTS, PASSWORD, TOTP_SECRET } = process.env
const [port, what] = process.argv.slice(2)

const database = new pg.Pool({ connectionString: DATABASE_URL })

const options = {
  appName: 'Sparekey',
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'measured, never deployed: thirty-two characters',
  database,
  emailAndPassword: {
    enabled: true,
    password: {
      hash: async password => password,
      verify: async ({ hash, password }) => hash === password,
    },
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [twoFactor()],
}

const auth = betterAuth(options)

const FILL = [
  `INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt", "twoFactorEnabled")
   SELECT 'user' || n, 'User ' || n, 'user' || n || '@example.com', true, now(), now(), true
   FROM generate_series(0, $1::int - 1) n`,
  `INSERT INTO account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
   SELECT 'account' || n, 'user' || n, 'credential', 'user' || n, $2, now(), now()
   FROM generate_series(0, $1::int - 1) n`,
  `INSERT INTO "twoFactor" (id, secret, "backupCodes", "userId", verified)
   SELECT 'factor' || n, $2, '', 'user' || n, true
   FROM generate_series(0, $1::int - 1) n`,
]

async function enrol() {
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  const { secretConfig } = await auth.$context
  // This prefix is how better-auth keeps secrets that were made elsewhere.
  const secret = await symmetricEncrypt({ key: secretConfig, data: `base32:${TOTP_SECRET}` })
  await database.query(FILL[0], [ACCOUNTS])
  await database.query(FILL[1], [ACCOUNTS, PASSWORD])
  await database.query(FILL[2], [ACCOUNTS, secret])
  await database.query('ANALYZE')
  await database.end()
}

if (what === 'enrol') await enrol()
else createServer(toNodeHandler(auth)).listen(Number(port), '127.0.0.1')
