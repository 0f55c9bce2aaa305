// Clients that sign in: e-mail and password, the code, one question signed in; each answer is
// looked at. One line of JSON says what it took.
//   node flows.mjs '{"system": "sparekey", "url": …, "first": 0, "flows": 100, "seconds": 60,
//                    "clients": 8, "password": …, "secret": …}'
// Accounts are user0@example.com and so on, from `first`: each is used once, since a code is.
// It ends after so many flows or seconds, whatever comes first. `login` stops at the password.
import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

const STEP = 30_000

const asked = JSON.parse(process.argv[2])
const key = fromBase32(asked.secret)
const agent = new Agent({ keepAlive: true, maxSockets: asked.clients })
const target = new URL(asked.url)

const SYSTEMS = {
  async login(email) {
    await challenged(email)
    return email
  },

  async sparekey(email) {
    const challenge = await challenged(email)
    const verified = await graphql(
      'mutation V($input: VerifyCodeInput!) { verifyCode(input: $input)' +
        ' { __typename ... on SignedIn { token } } }',
      { input: { challenge, code: code() } },
    )
    const headers = { authorization: `Bearer ${verified.verifyCode.token}` }
    const viewer = await graphql('query { viewer { email } }', undefined, headers)
    return viewer.viewer.email
  },

  async starlette(email) {
    const { challenge } = (await post('/login', { email, password: asked.password })).json
    const { token } = (await post('/verify', { challenge, code: code() })).json
    return (await get('/viewer', { authorization: `Bearer ${token}` })).json.email
  },

  async 'better-auth'(email) {
    const origin = { origin: asked.url }
    const login = await post(
      '/api/auth/sign-in/email',
      { email, password: asked.password },
      origin,
    )
    if (!login.json.twoFactorRedirect) throw new Error(`${email}: ${login.text}`)
    const half = { ...origin, cookie: cookies(login) }
    const verified = await post('/api/auth/two-factor/verify-totp', { code: code() }, half)
    const headers = { ...origin, cookie: cookies(verified) }
    return (await get('/api/auth/get-session', headers)).json.user.email
  },

  async allauth(email) {
    const at = '/_allauth/app/v1/auth'
    const login = await post(`${at}/login`, { email, password: asked.password }, {}, 401)
    const half = { 'x-session-token': login.json.meta.session_token }
    // It takes no code of the step before.
    await untilStepLasts(500)
    const verified = await post(`${at}/2fa/authenticate`, { code: code() }, half)
    const headers = { 'x-session-token': verified.json.meta.session_token ?? half['x-session-token'] }
    return (await get(`${at}/session`, headers)).json.data.user.email
  },
}

async function challenged(email) {
  const { login } = await graphql(
    'mutation L($input: LoginInput!) { login(input: $input)' +
      ' { __typename ... on CodeRequired { challenge { token } } } }',
    { input: { email, password: asked.password, delivery: 'BEARER' } },
  )
  return login.challenge.token
}

async function graphql(query, variables, headers = {}) {
  const { json, text } = await post('/graphql', { query, variables }, headers)
  if (json.errors) throw new Error(text)
  return json.data
}

const get = (path, headers) => send('GET', path, undefined, headers)

const post = (path, body, headers, status) =>
  send('POST', path, JSON.stringify(body), headers, status)

function send(method, path, body, headers = {}, status = 200) {
  const content = body && {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      { agent, host: target.hostname, port: target.port, method, path, headers: { ...content, ...headers } },
      answer => {
        const chunks = []
        answer.on('data', chunk => chunks.push(chunk))
        answer.on('error', reject)
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (answer.statusCode !== status) reject(new Error(`${path}: ${answer.statusCode} ${text}`))
          else resolve({ text, json: JSON.parse(text), headers: answer.headers })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

function cookies(answer) {
  return answer.headers['set-cookie']
    .map(one => one.split(';')[0])
    .filter(one => !one.endsWith('='))
    .join('; ')
}

function code() {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / STEP)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = mac[19] & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

async function untilStepLasts(milliseconds) {
  const left = STEP - (Date.now() % STEP)
  if (left < milliseconds) await new Promise(resolve => setTimeout(resolve, left + 5))
}

function fromBase32(text) {
  const bits = [...text]
    .map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
}

let next = asked.first
let done = 0

async function client() {
  while (next < asked.first + asked.flows && performance.now() < begun + asked.seconds * 1e3) {
    const email = `user${next++}@example.com`
    const answered = await SYSTEMS[asked.system](email)
    if (answered !== email) throw new Error(`${email} was signed in as ${answered}`)
    done++
  }
}

const [begun, before] = [performance.now(), process.cpuUsage()]
await Promise.all(Array.from({ length: asked.clients }, client))
const seconds = (performance.now() - begun) / 1e3
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ flows: done, seconds, busy: (user + system) / 1e6 / seconds }))
agent.destroy()
