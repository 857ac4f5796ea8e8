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

// What its reader looks at stays over a save.
const press = async (...events) => {
  for (const event of events) await report.locator('#exits button', { hasText: event }).first().click()
}
const frame = () => page.frames().find((one) => one.url().endsWith('/report'))
const looks = () => frame().evaluate(() => {
  const sheets = document.getElementById('sheets')
  return {
    scroll: Math.round(window.scrollY),
    zoom: document.getElementById('zoom').value,
    pan: [Math.round(sheets.scrollLeft), Math.round(sheets.scrollTop)],
    node: document.getElementById('read-title').textContent,
    heard: [...document.querySelectorAll('#heard li')].map((line) => line.textContent),
    next: document.getElementById('next-title').textContent,
    current: document.querySelector('.node.current')?.id,
    open: document.querySelectorAll('details[open]').length,
  }
})
const saved = async (name, change) => {
  fs.writeFileSync(flow, change(text).replace(/^flow ".*"/m, `flow "${name}"`))
  await says('h1', name)
  await frame().waitForLoadState('load')
  // The frame sets it after the page has loaded.
  await page.waitForTimeout(200)
}
await press('human', '1')
await report.locator('#node-who').click()
await report.locator('summary').first().click()
for (let time = 0; time < 3; time += 1) await report.locator('#zoom-in').click()
await frame().evaluate(() => {
  document.getElementById('sheets').scrollTo({ left: 210, top: 30, behavior: 'instant' })
  window.scrollTo({ top: 700, behavior: 'instant' })
})
const before = await looks()
assert.match(before.next, /at menu\?/)
assert.deepStrictEqual([before.pan, before.scroll, before.node, before.open], [[210, 30], 700, 'Node who', 1])
await saved('A second name', (flow) => flow)
assert.deepStrictEqual(await looks(), before)

// The keys that were pressed lead as far as they lead, and come back with the next save.
await saved('Without a key', (flow) => flow.replace('  on 1 -> menu\n', '').replace('press 1. To', 'wait. To'))
const stopped = await looks()
assert.match(stopped.heard.at(-1), /^Nothing takes 1 here any more, so the walk stops at who\.$/)
assert.match(stopped.next, /at who\?/)
await saved('Without a picture', () => 'flow "Without a picture"\n')
await saved('With the key', (flow) => flow)
const after = await looks()
assert.deepStrictEqual([after.heard, after.node, after.zoom], [before.heard, before.node, before.zoom])
// Whoever walks on has another walk.
await saved('Once more without', (flow) => flow.replace('  on 1 -> menu\n', ''))
await press('9')
const stoppedAt = (await looks()).heard
assert.match(stoppedAt.at(-1), /^The call ends at stopped/)
assert(!stoppedAt.some((line) => line.includes('any more')))
await saved('The last name', (flow) => flow)
assert.deepStrictEqual((await looks()).heard, stoppedAt)
await saved('Without a node', (flow) => flow.replace('-> stopped', '-> goodbye').replace('disconnect stopped @optout\n', ''))
assert.match((await looks()).heard.at(-1), /^The call ends at goodbye/)

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
