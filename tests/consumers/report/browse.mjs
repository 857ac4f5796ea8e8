// Opens each report in Chromium and uses it as people do.
import assert from 'node:assert'
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const [executablePath, ...files] = process.argv.slice(2)
// Pictures of the pages and what is printed, for those who want to look.
const shots = process.env.SHOTS
const browser = await chromium.launch({
  executablePath,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})

// A page of a report, and what went wrong on it.
async function open(file) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  const wrong = []
  page.on('console', (message) => wrong.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('dialog', (dialog) => wrong.push(`dialog: ${dialog.message()}`))
  page.on('request', (request) => {
    if (request.url() !== pathToFileURL(file).href) wrong.push(`request: ${request.url()}`)
  })
  await page.goto(pathToFileURL(file).href)
  return { page, wrong }
}

const inView = (page, selector) => page.$eval(selector, (part) => {
  const [box, view] = [part.getBoundingClientRect(), document.getElementById('sheets').getBoundingClientRect()]
  return box.right > view.left && box.left < view.right && box.bottom > view.top && box.top < view.bottom
})
const settled = (page) => page.waitForFunction(() => {
  const sheets = document.getElementById('sheets')
  const at = `${sheets.scrollLeft} ${sheets.scrollTop}`
  const before = window.before
  window.before = at
  return before === at
}, null, { polling: 50 })

async function walk(page, name) {
  const ended = () => page.locator('#heard li.end').count()
  const keys = /^[0-9*#]+$/
  // By mouse: the last choice and the first one in turn, so that no cycle holds it.
  let steps = 0
  for (; (await page.locator('#exits button').count()) > 0; steps += 1) {
    assert(steps < 50, `${name}: the walk does not end`)
    const before = await page.locator('#heard li').count()
    await page.locator('#exits button').nth(steps % 2 - 1).click()
    assert((await page.locator('#heard li').count()) > before, `${name}: nothing came of the choice`)
    await settled(page)
    if (await page.locator('.node.current').count()) assert(await inView(page, '.node.current'), `${name}: the node is out of sight`)
  }
  assert.equal(await ended(), 1, `${name}: the walk has no end`)
  assert.match(await page.textContent('#heard li.end'), /The call (ends|is stuck|goes in a cycle)/)
  for (; steps > 0; steps -= 1) await page.click('#back')
  assert(await page.isDisabled('#back'))
  // By keyboard: a key where one leads on, otherwise the first choice.
  const first = await page.locator('#heard li').count()
  await page.click('#restart')
  assert.equal(await page.locator('#heard li').count(), first, `${name}: it does not start again`)
  for (let step = 0; (await ended()) === 0; step += 1) {
    assert(step < 50, `${name}: the walk by keys does not end`)
    const events = await page.locator('#exits kbd').allTextContents()
    const key = events.find((event) => keys.test(event))
    if (key && step % 2 === 0) {
      await page.focus('#next')
      for (const sign of key) await page.keyboard.press(sign)
      if ((await page.textContent('#typed')).includes('Enter')) await page.keyboard.press('Enter')
    } else {
      await page.locator('#exits button').last().focus()
      await page.keyboard.press('Enter')
    }
    assert.equal(await page.evaluate(() => document.activeElement.id), 'next', `${name}: the focus is lost`)
  }
  await page.keyboard.press('Backspace')
  assert.equal(await ended(), 0, `${name}: the step back by key does nothing`)
}

async function picture(page, name) {
  const sheets = page.locator('#sheets')
  const width = () => page.$eval('#sheets svg.sheet', (svg) => svg.getBoundingClientRect().width)
  const scroll = () => page.$eval('#sheets', (one) => [one.scrollLeft, one.scrollTop])
  const fitting = await width()
  await page.click('#zoom-in')
  assert((await width()) > fitting, `${name}: no zoom`)
  await page.click('#zoom-out')
  await sheets.focus()
  for (let time = 0; time < 8; time += 1) await page.keyboard.press('+')
  assert((await width()) > 3 * fitting, `${name}: no zoom by key`)
  await sheets.scrollIntoViewIfNeeded()
  const box = await sheets.boundingBox()
  const before = await scroll()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 - 150, box.y + box.height / 2 - 40, { steps: 4 })
  await page.mouse.up()
  assert.notDeepEqual(await scroll(), before, `${name}: it cannot be dragged`)
  assert.equal(await page.locator('[aria-current]').count(), 0, `${name}: a drag chose a node`)
  const wide = await width()
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, 200)
  await page.keyboard.up('Control')
  assert((await width()) < wide, `${name}: no zoom by wheel`)
  await sheets.focus()
  const moved = await scroll()
  await page.keyboard.press('ArrowLeft')
  await settled(page)
  await page.keyboard.press('ArrowUp')
  await settled(page)
  assert.notDeepEqual(await scroll(), moved, `${name}: the arrow keys do not move it`)
  await page.keyboard.press('0')
  assert.equal(await width(), fitting, `${name}: the whole picture is not shown again`)
  // A node, by mouse and by keyboard.
  const nodes = page.locator('#sheets .node[id]')
  await nodes.last().locator('text').first().click()
  const read = await page.textContent('#read-title')
  assert.notEqual(read, 'Read a node', `${name}: a click shows no node`)
  assert.match(await page.textContent('#read-body'), /Written in/)
  await sheets.focus()
  await page.keyboard.press('Tab')
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  if ((await nodes.count()) > 1) assert.notEqual(await page.textContent('#read-title'), read, `${name}: keys show no node`)
  const out = page.locator('#read-body button.link')
  if ((await out.count()) > 0) {
    const here = await page.textContent('#read-title')
    const to = await out.last().textContent()
    await out.last().click()
    assert(here.includes(to) || (await page.textContent('#read-title')) !== here, `${name}: an exit leads nowhere`)
  }
}

// What reads badly for those who see little, or do not see.
async function accessible(page, name, colorScheme, width) {
  await page.emulateMedia({ media: 'screen', colorScheme })
  await page.setViewportSize({ width, height: 900 })
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const told = violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200) + node.failureSummary).join('\n  ')}`)
  assert.deepEqual(told, [], `${name}, ${colorScheme}, ${width} px`)
  const room = await page.evaluate(() => {
    const list = document.querySelector('nav[aria-labelledby="contents"] ol')
    const pen = document.createElement('canvas').getContext('2d')
    pen.font = getComputedStyle(list).font
    return parseFloat(getComputedStyle(list).paddingInlineStart) - pen.measureText('16. ').width
  })
  assert(room >= 0, `${name}: the numbers of the contents stand out by ${-room} px`)
  const across = await page.evaluate(() => document.documentElement.scrollWidth)
  assert(across <= width, `${name}: the page is ${across} px wide on ${width} px`)
  if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png`, fullPage: true })
}

async function printed(page, name) {
  for (const format of ['A4', 'Letter']) {
    const pdf = await page.pdf({ format, path: shots && `${shots}/${name}-${format}.pdf` })
    assert(pdf.subarray(0, 5).toString() === '%PDF-' && pdf.length > 10_000, `${name}: nothing is printed`)
  }
  // The width of an A4 page between its margins.
  await page.setViewportSize({ width: 680, height: 900 })
  await page.emulateMedia({ media: 'print' })
  const paper = await page.evaluate(() => ({
    room: document.querySelector('#picture').getBoundingClientRect().width,
    sheets: [...document.querySelectorAll('svg.sheet')].map((svg) => svg.getBoundingClientRect()).map(({ width, height }) => ({ width, height })),
    // What is printed of a picture, and how large 12 units of it are there, in points.
    parts: [...document.querySelectorAll('svg.sheet:not(.cut), .part svg')].map((svg) => {
      const { width, height } = svg.getBoundingClientRect()
      const { width: wide, height: high } = svg.viewBox.baseVal
      return { height: svg.parentElement.offsetHeight * svg.matches('.part svg') || height, text: (12 * 0.75) * Math.min(width / wide, height / high) }
    }),
    // Each box with the parts that show the whole of it.
    boxes: [...document.querySelectorAll('svg.sheet')].flatMap((svg) => {
      const page = svg.querySelector('.drawn').id
      const parts = [...document.querySelectorAll(`.part use[href="#${page}"]`)].map((use) => use.ownerSVGElement.viewBox.baseVal)
      return [...svg.querySelectorAll('.node')].map((node) => {
        const box = node.getBBox()
        const [{ e: x, f: y }, { e: left, f: top }] = [node.transform.baseVal[0].matrix, node.parentElement.transform.baseVal[0].matrix]
        const [from, down] = [box.x + x + left, box.y + y + top]
        const isWhole = (part) => part.x <= from && part.y <= down && from + box.width <= part.x + part.width && down + box.height <= part.y + part.height
        return parts.length === 0 || parts.some(isWhole)
      })
    }),
    controls: [...document.querySelectorAll('button')].filter((one) => one.checkVisibility()).length,
    wide: [...document.querySelectorAll('.table')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.ariaLabel),
    broken: [...document.querySelectorAll('.whole')].filter((one) => one.getClientRects().length > 1).map((one) => one.textContent),
  }))
  assert.deepEqual(paper.wide, [], `${name}: tables are wider than the paper`)
  assert.deepEqual(paper.broken, [], `${name}: dates or arrows are broken`)
  assert.equal(paper.controls, 0, `${name}: buttons are printed`)
  for (const { width, height } of paper.sheets) {
    assert(width > 100 && height > 50 && width <= paper.room + 1, `${name}: the picture does not fit the paper`)
  }
  // Letter is the lower page.
  const most = (279.4 - 34) * 96 / 25.4
  for (const { height, text } of paper.parts) {
    assert(height <= most && text > 5.3, `${name}: a part of the picture cannot be read: ${height} px, ${text} pt`)
  }
  assert(paper.boxes.every((isWhole) => isWhole), `${name}: a node is whole on no part`)
  if (name === 'tall') assert(paper.parts.length > paper.sheets.length, 'the tall picture is not cut')
}

const LOOKS = [['light', 1280], ['dark', 320], ['dark', 1280], ['light', 320]]
for (const [number, file] of files.entries()) {
  const name = path.basename(file, '.html')
  const { page, wrong } = await open(file)
  await picture(page, name)
  await walk(page, name)
  if (name === 'large') {
    await page.locator('#pages a').nth(3).click()
    await settled(page)
    assert(await inView(page, '#page-4 .node'), 'the list of pages does not lead to a page')
  }
  await printed(page, name)
  // The looks take turns, since reports differ little; what is hostile is tried in all of them.
  await page.evaluate(axe)
  const looks = name === 'texts' ? LOOKS : [LOOKS[number % LOOKS.length]]
  for (const [colorScheme, width] of looks) await accessible(page, name, colorScheme, width)
  assert.deepEqual(wrong, [], `${name}: ${wrong}`)
  assert.equal(await page.evaluate(() => window.ran), undefined, `${name}: a text of the flow ran`)
  await page.close()
}
await browser.close()
console.log(`report/check: Chromium shows, walks and prints ${files.length} reports`)
