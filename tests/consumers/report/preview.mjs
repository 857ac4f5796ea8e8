// Opens the preview of a flow in Chromium, and changes the file under it as people do.
import assert from 'node:assert'
import fs from 'node:fs'
import { spawn } from 'node:child_process'
import { chromium } from 'playwright-core'

const [executablePath, cxflowc, flow] = process.argv.slice(2)
const preview = spawn(cxflowc, ['preview', flow], { stdio: ['ignore', 'pipe', 'inherit'] })
const address = await new Promise((resolve, reject) => {
  preview.stdout.once('data', (printed) => resolve(String(printed).trim()))
  preview.once('exit', () => reject(new Error('preview has ended')))
})
const browser = await chromium.launch({
  executablePath,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
const page = await browser.newPage()
const wrong = []
page.on('console', (message) => wrong.push(`${message.type()}: ${message.text()}`))
page.on('pageerror', (error) => wrong.push(String(error)))
page.on('request', (request) => {
  if (!request.url().startsWith(address)) wrong.push(`request: ${request.url()}`)
})
await page.goto(address)
const report = page.frameLocator('#report')
// What the report comes to say, however long that takes.
const says = (part, text) => report.locator(part, { hasText: text }).first().waitFor()

await report.locator('[id^="node-"]').nth(1).click()
await page.locator('#place', { hasText: /:\d+$/ }).waitFor()
assert.match(await page.textContent('#lines'), /^ +\d+ {2}\S/)

const text = fs.readFileSync(flow, 'utf8')
fs.writeFileSync(flow, text.replace(/^flow ".*"/m, 'flow "<b>Another name</b>"'))
await says('h1', '<b>Another name</b>')
fs.appendFileSync(flow, '\nplay (\n')
await says('.state', 'cannot be signed')
fs.rmSync(flow)
await page.locator('#problem', { hasText: 'no such file' }).waitFor()
fs.writeFileSync(flow, text)
await page.locator('#problem').waitFor({ state: 'hidden' })
await report.locator('.state', { hasText: 'cannot be signed' }).waitFor({ state: 'detached' })

preview.kill('SIGTERM')
await page.locator('#problem', { hasText: 'has ended' }).waitFor()
// The page asks for events again, and the browser says that nobody answers.
assert.deepStrictEqual(wrong.filter((one) => !one.includes('ERR_CONNECTION_REFUSED') && !one.includes('ERR_INCOMPLETE_CHUNKED_ENCODING')), [])
await browser.close()
