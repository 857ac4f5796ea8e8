// Zooms and moves the picture, shows what a node says, and walks calls. Texts become text nodes, never markup.
'use strict'
;(() => {
  // What is folded on the screen is not missing on paper.
  let unfolded = []
  window.addEventListener('beforeprint', () => {
    unfolded = [...document.querySelectorAll('details:not([open])')]
    for (const details of unfolded) details.open = true
  })
  window.addEventListener('afterprint', () => {
    for (const details of unfolded) details.open = false
  })

  const data = document.getElementById('walk-data')
  if (!data) return
  const flow = JSON.parse(data.textContent)
  const find = (id) => document.getElementById(id)
  const sheets = find('sheets')

  // An element with attributes and children; texts among these stand as they are.
  const element = (name, attributes, ...children) => {
    const made = document.createElement(name)
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
    made.append(...children)
    return made
  }
  const code = (text) => element('code', { dir: 'auto' }, text)
  const words = (text) => element('bdi', {}, text)
  // A message, in which backticks mark names.
  const prose = (text) => {
    const parts = text.split('`')
    if (parts.length % 2 === 0) parts.push(`${'`'}${parts.pop()}`)
    return element('bdi', {}, ...parts.map((part, at) => (at % 2 === 1 ? code(part) : part)))
  }
  const button = (run, ...children) => {
    const made = element('button', { type: 'button' }, ...children)
    made.addEventListener('click', run)
    return made
  }

  for (const hidden of document.querySelectorAll('.flow [hidden]')) hidden.hidden = false

  // ── The picture ──

  const pages = [...sheets.querySelectorAll('svg.sheet')].map((svg) => {
    const { width, height } = svg.viewBox.baseVal
    return { svg, width, height }
  })
  const [LEAST, MOST] = [0.05, 4]
  let scale = 1
  // Whether nobody has zoomed since the whole picture was shown.
  let isWhole = true

  const zoomTo = (wanted, at) => {
    const next = Math.min(MOST, Math.max(LEAST, wanted))
    const box = sheets.getBoundingClientRect()
    const x = at ? at.clientX - box.left : sheets.clientWidth / 2
    const y = at ? at.clientY - box.top : sheets.clientHeight / 2
    // What is at this point stays there.
    const left = (sheets.scrollLeft + x) * (next / scale) - x
    const top = (sheets.scrollTop + y) * (next / scale) - y
    for (const { svg, width, height } of pages) {
      svg.style.width = `${width * next}px`
      svg.style.height = `${height * next}px`
    }
    scale = next
    isWhole = false
    sheets.scrollTo(left, top)
    find('zoom').value = `${Math.round(scale * 100)} %`
  }
  const fit = () => {
    const widest = Math.max(...pages.map((page) => page.width))
    const across = (sheets.clientWidth - 2) / widest
    // Several pages stand below each other: each is as wide as there is room.
    const down = pages.length === 1 ? (window.innerHeight * 0.6) / pages[0].height : across
    zoomTo(Math.min(1, across, down))
    sheets.scrollTo(0, 0)
    isWhole = true
  }
  const larger = (at) => zoomTo(scale * 1.25, at)
  const smaller = (at) => zoomTo(scale / 1.25, at)
  find('zoom-in').addEventListener('click', () => larger())
  find('zoom-out').addEventListener('click', () => smaller())
  find('zoom-fit').addEventListener('click', fit)

  sheets.addEventListener('wheel', (event) => {
    if (!event.ctrlKey && !sheets.contains(document.activeElement)) return
    event.preventDefault()
    zoomTo(scale * Math.exp(-event.deltaY / 500), event)
  }, { passive: false })

  // A mouse drags the picture; fingers scroll it.
  let drag = null
  let dragged = false
  sheets.addEventListener('pointerdown', (event) => {
    dragged = false
    if (event.pointerType !== 'mouse' || event.button !== 0) return
    drag = { x: event.clientX, y: event.clientY, left: sheets.scrollLeft, top: sheets.scrollTop }
  })
  window.addEventListener('pointermove', (event) => {
    if (!drag) return
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y]
    if (!dragged && Math.hypot(x, y) < 5) return
    dragged = true
    sheets.classList.add('dragged')
    sheets.scrollTo(drag.left - x, drag.top - y)
  })
  const drop = () => {
    drag = null
    sheets.classList.remove('dragged')
  }
  window.addEventListener('pointerup', drop)
  window.addEventListener('pointercancel', drop)
  sheets.addEventListener('dragstart', (event) => event.preventDefault())

  // Scrolls the picture, and nothing else, until a part of it is in the middle.
  const reveal = (part) => {
    const [box, view] = [part.getBoundingClientRect(), sheets.getBoundingClientRect()]
    const smooth = window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth'
    sheets.scrollTo({
      left: sheets.scrollLeft + box.left + box.width / 2 - view.left - view.width / 2,
      top: sheets.scrollTop + box.top + box.height / 2 - view.top - view.height / 2,
      behavior: smooth,
    })
  }

  // ── Its nodes ──

  const boxes = [...sheets.querySelectorAll('.node[data-node]')]
  // A node has a box of its own, and maybe others that stand for its page.
  const own = new Map(boxes.filter((box) => box.id).map((box) => [Number(box.dataset.node), box]))
  const byId = new Map([...own].map(([number, box]) => [box.id, number]))
  let reachable = null
  // Of all nodes the Tab key comes to one; the arrow keys lead to the others.
  const makeReachable = (box) => {
    if (reachable) reachable.setAttribute('tabindex', '-1')
    reachable = box
    box.setAttribute('tabindex', '0')
  }
  for (const box of boxes) {
    box.setAttribute('role', 'button')
    box.setAttribute('tabindex', '-1')
    // Within a button nothing else can be chosen by key; what a node leads to stands beside the picture.
    for (const link of box.querySelectorAll('a')) {
      link.dataset.to = link.getAttribute('href').slice(1)
      link.removeAttribute('href')
    }
  }
  // The Tab key comes to a node and not to every page's links: the list of pages leads there as well.
  for (const link of sheets.querySelectorAll('a[href]')) link.setAttribute('tabindex', '-1')
  const entryBox = own.get(flow.entry) ?? boxes[0]
  if (entryBox) makeReachable(entryBox)

  const focusBox = (box) => {
    makeReachable(box)
    box.focus({ preventScroll: true })
    reveal(box)
  }
  sheets.addEventListener('click', (event) => {
    if (dragged) {
      event.preventDefault()
      return
    }
    const link = event.target.closest('a')
    const to = link?.dataset.to ?? link?.getAttribute('href')?.slice(1)
    if (to) {
      event.preventDefault()
      goTo(to)
      return
    }
    const box = event.target.closest('.node[data-node]')
    if (!box) return
    makeReachable(box)
    box.focus({ preventScroll: true })
    read(Number(box.dataset.node))
  })
  // Where a link within the picture leads: to a node, to a page, or to the list of pages.
  const goTo = (id) => {
    const number = byId.get(id)
    if (number !== undefined) {
      focusBox(own.get(number))
      read(number)
    } else if (id === 'pages') {
      find('pages').scrollIntoView({ block: 'nearest' })
      find('pages').querySelector('a').focus({ preventScroll: true })
    } else {
      const page = find(id)
      const first = page?.querySelector('.node[id]')
      if (first) focusBox(first)
    }
  }
  find('pages')?.addEventListener('click', (event) => {
    const link = event.target.closest('a')
    if (!link) return
    event.preventDefault()
    sheets.scrollIntoView({ block: 'nearest' })
    goTo(link.getAttribute('href').slice(1))
  })
  sheets.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const zooms = { '+': larger, '=': larger, '-': smaller, 0: fit }
    const box = event.target.closest('.node[data-node]')
    const at = boxes.indexOf(box)
    const steps = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }
    if (Object.hasOwn(zooms, event.key)) {
      zooms[event.key]()
    } else if (box && (event.key === 'Enter' || event.key === ' ')) {
      read(Number(box.dataset.node))
    } else if (box && event.key === 'Escape') {
      sheets.focus()
    } else if (box && Object.hasOwn(steps, event.key)) {
      const next = boxes[steps[event.key]]
      if (next) focusBox(next)
    } else {
      return
    }
    event.preventDefault()
  })

  // ── Reading a node ──

  let chosen = []
  let chosenName = null
  const read = (number) => {
    const node = flow.nodes[number]
    chosenName = node.name
    for (const box of chosen) box.removeAttribute('aria-current')
    chosen = boxes.filter((box) => Number(box.dataset.node) === number)
    for (const box of chosen) box.setAttribute('aria-current', 'true')
    find('read-hint').hidden = true
    find('read-title').replaceChildren('Node ', code(node.name))
    const list = element('dl', {})
    const term = (name, ...what) => list.append(element('dt', {}, name), ...what.map((one) => element('dd', {}, one)))
    term('Kind', node.kind)
    if (node.tags.length > 0) term('Tags', tagsOf(node.tags))
    term('What happens', node.steps.length > 0 ? element('ol', {}, ...node.steps.map((step) => element('li', {}, ...stepOf(step)))) : 'nothing is heard')
    for (const one of node.again ?? []) term(`Heard again after ${one.after}`, ...againOf(one))
    if (node.exits.length > 0) term('Leads to', ...node.exits.map((exit) => exitOf(exit)))
    else term('Leads to', 'nothing: ' + endOf(node))
    if (node.findings.length > 0) term('Findings', ...node.findings.map((finding) => prose(finding)))
    term('Written in', code(node.place))
    find('read-body').replaceChildren(list)
  }
  const tagsOf = (tags) => element('span', { class: 'tags' }, tags.map((tag) => `@${tag}`).join(' '))
  const stepOf = (step) => {
    const parts = []
    if (step.words) parts.push(step.heard ? element('q', { dir: 'auto' }, step.words) : code(step.words))
    if (step.media) parts.push(element('span', { class: 'media' }, 'recording ', code(step.media)))
    if (step.tags.length > 0) parts.push(tagsOf(step.tags))
    return parts.flatMap((part) => [part, ' '])
  }
  const againOf = (one) => stepOf({ ...one, heard: true, tags: [] })
  const exitOf = (exit) => {
    const line = element('span', {})
    if (exit.on) line.append(code(exit.on), ' → ')
    const to = flow.nodes[exit.to]
    if (!to) {
      line.append('a node that is not declared')
      return line
    }
    const leads = button(() => {
      read(exit.to)
      const box = own.get(exit.to)
      if (box) {
        makeReachable(box)
        reveal(box)
      }
      find('read-body').querySelector('button')?.focus({ preventScroll: true })
    }, words(to.name))
    leads.classList.add('link')
    line.append(leads)
    return line
  }

  // ── The walk ──

  const heard = find('heard')
  const said = heard.querySelector('ol')
  // The call at each choice: the node, what becomes of it there, and how much was said until then.
  let calls = []
  // The events that a newer flow did not take, until somebody walks on.
  let left = []
  let typed = ''
  let marked = null
  // What the call is reported as: the last disposition that it has passed.
  let reported = null
  // How often the call has taken each way back that has a bound.
  let taken = {}

  const endings = { agent: 'it is handed to an agent', callback: 'a callback is booked', voicemail: 'a message is left or taken', disconnect: 'it is hung up' }
  const endOf = (node) => (node.state === 'dead end' ? 'it is a dead end' : `the call ends here, ${endings[node.kind] ?? 'by what the platform does'}`)
  const say = (kind, ...parts) => said.append(element('li', { class: kind }, ...parts))

  const sayEnd = (node) => {
    const by = reported === null ? '' : ` It is reported as ${reported}.`
    say('end', `The call ends at ${node.name}: ${endings[node.kind] ?? 'the platform does the rest'}.${by}`)
  }

  // Takes a way out of a node, or what is written for calls that have taken it often enough. Says where it leads.
  const take = (node, exit) => {
    let way = exit
    if (exit.bound) {
      const times = taken[exit.bound.again] ?? 0
      if (times < exit.bound.most) taken = { ...taken, [exit.bound.again]: times + 1 }
      else way = node.exits[node.exits.indexOf(exit) + 1]
    }
    reported = way.reported ?? reported
    return way.to
  }

  // Comes to a node, and goes on until the call needs something.
  const arrive = (number, given) => {
    if (number === null) {
      say('end', 'The call is stuck: the node that it leads to is not declared.')
      calls.push({ ...calls.at(-1), state: 'dead end', given, reported, taken, length: said.children.length })
      show()
      return
    }
    let passed = new Set()
    let at = number
    let state = null
    while (state === null) {
      const node = flow.nodes[at]
      passed.add(at)
      reported = node.reported ?? reported
      const parts = node.steps.filter((step) => step.heard).map((step) => element('p', {}, ...stepOf(step)))
      const others = node.steps.filter((step) => !step.heard).map((step) => element('p', {}, code(step.words)))
      say('at', element('p', { class: 'where' }, code(node.name), ` ${node.kind} `, tagsOf(node.tags)), ...parts, ...others)
      const next = node.exits[node.next]
      if (!next || node.state === 'may go on') state = node.state
      else if (!next.bound && passed.has(next.to)) state = 'cycle'
      else {
        // What has a bound leads out of each cycle in the end.
        if (next.bound) passed = new Set()
        const to = take(node, next)
        if (to === null) state = 'dead end'
        else at = to
      }
    }
    const node = flow.nodes[at]
    if (state === 'ended') sayEnd(node)
    if (state === 'dead end') say('end', `The call is stuck at ${node.name}: nothing leads on, and nothing ends it.`)
    if (state === 'cycle') say('end', `The call goes in a cycle at ${node.name}, and nobody can leave it.`)
    calls.push({ at, state, given, reported, taken, length: said.children.length })
    show()
  }
  // What is given where the caller leaves it at that.
  const END = null
  const give = (event, exit) => {
    say('event', ...(event.key ? ['Key ', code(event.word)] : [code(event.word), event.about ? `: ${event.about}` : '']))
    arrive(take(flow.nodes[calls.at(-1).at], exit), event.word)
  }
  const end = () => {
    const { at } = calls.at(-1)
    sayEnd(flow.nodes[at])
    calls.push({ at, state: 'ended', given: END, reported, taken, length: said.children.length })
    show()
  }
  const goOn = () => {
    say('event', 'The call goes on')
    const node = flow.nodes[calls.at(-1).at]
    arrive(take(node, node.exits[node.next]))
  }
  const isOpenState = (state) => ['waits', 'may end', 'may go on'].includes(state)
  const restart = () => {
    calls = []
    reported = null
    taken = {}
    said.replaceChildren()
    if (flow.entry === null) {
      find('next-title').textContent = 'The flow has no entry, so no call can begin.'
      find('back').disabled = find('restart').disabled = true
    } else {
      arrive(flow.entry)
    }
  }
  const back = () => {
    if (calls.length < 2) return
    calls.pop()
    ;({ reported, taken } = calls.at(-1))
    while (said.children.length > calls.at(-1).length) said.lastElementChild.remove()
    show()
  }
  // What can happen now: the choices, the mark in the picture.
  const show = () => {
    const { at, state } = calls.at(-1)
    const node = flow.nodes[at]
    const isOpen = isOpenState(state)
    typed = ''
    find('typed').textContent = ''
    const again = node.again ?? []
    const tries = node.attempts <= 1 ? '' : again.length === 0
      ? ` The prompt is heard ${node.attempts} times before no key or a wrong key counts.`
      : ` There are ${node.attempts} attempts before no key or a wrong key counts. `
    const said = node.attempts <= 1 ? [] : again.flatMap((one) => [`After ${one.after}, this is heard: `, ...againOf(one)])
    const title = isOpen ? [`What happens next at ${node.name}?${tries}`, ...said] : ['The call is over.']
    find('next-title').replaceChildren(...title)
    const choices = isOpen ? node.exits.flatMap((exit) => exit.events.map((event) => ({ event, exit }))) : []
    // A range of keys may be long: its keys can be typed, and its first one stands for them.
    const few = choices.length <= 40 ? choices : choices.filter(({ event, exit }) => event === exit.events[0])
    const buttons = few.map(({ event, exit }) => {
      const name = choices === few || exit.events.length === 1 ? event.word : exit.on
      const about = event.key ? '' : event.about
      return button(() => leave(() => give(event, exit)), element('kbd', {}, name), about ? ` ${about}` : '')
    })
    if (state === 'may go on') buttons.push(button(() => leave(goOn), 'nothing of that: the call goes on'))
    if (state === 'may end') buttons.push(button(() => leave(end), 'nothing more: the call ends'))
    find('exits').replaceChildren(...buttons)
    find('back').disabled = calls.length < 2
    if (marked) marked.classList.remove('current')
    marked = own.get(at) ?? null
    if (marked) {
      marked.classList.add('current')
      if (calls.length > 1) reveal(marked)
    }
    heard.scrollTop = heard.scrollHeight
  }
  // The pressed button goes away with its step, so the keyboard stays at what comes next.
  const leave = (run) => {
    left = []
    for (const note of said.querySelectorAll('.left')) note.remove()
    run()
    find('next').focus({ preventScroll: true })
  }
  find('back').addEventListener('click', () => leave(back))
  find('restart').addEventListener('click', () => leave(restart))
  find('walk').addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === 'Backspace') {
      event.preventDefault()
      leave(back)
      return
    }
    const { at, state } = calls.at(-1) ?? {}
    const isOpen = isOpenState(state)
    if (!isOpen || (!/^[0-9*#]$/.test(event.key) && !(event.key === 'Enter' && typed))) return
    event.preventDefault()
    if (event.key !== 'Enter') typed += event.key
    const node = flow.nodes[at]
    const keys = node.exits.flatMap((exit) => exit.events.filter((one) => one.key).map((one) => ({ event: one, exit })))
    const exact = keys.find((one) => one.event.word === typed)
    const isLonger = keys.some((one) => one.event.word !== typed && one.event.word.startsWith(typed))
    if (exact && (!isLonger || event.key === 'Enter')) {
      leave(() => give(exact.event, exact.exit))
    } else if (isLonger && event.key !== 'Enter') {
      find('typed').textContent = `${typed}: go on, or press Enter`
    } else {
      find('typed').textContent = `Nothing here takes ${typed}. A wrong key at the last attempt is “invalid”.`
      typed = ''
    }
  })

  // Gives the events of an older walk again, as far as they lead anywhere.
  const replay = (events) => {
    restart()
    for (const [at, word] of events.entries()) {
      const call = calls.at(-1)
      if (!call) {
        left = events.slice(at)
        return
      }
      const isOpen = call.state === 'waits' || call.state === 'may end'
      const node = flow.nodes[call.at]
      const exit = isOpen && node.exits.find((one) => one.to !== null && one.events.some((event) => event.word === word))
      if (exit) give(exit.events.find((event) => event.word === word), exit)
      else if (word === END && call.state === 'may end') end()
      else {
        left = events.slice(at)
        const given = word === END ? ['The call no longer ends here by itself'] : ['Nothing takes ', code(word), ' here any more']
        say('left', ...given, `, so the walk stops at ${node.name}.`)
        heard.scrollTop = heard.scrollHeight
        return
      }
    }
  }

  // For a frame that loads a newer report: what its reader looks at, to be shown again there.
  window.view = {
    get: () => ({
      zoom: isWhole ? null : scale,
      pan: [sheets.scrollLeft, sheets.scrollTop],
      node: chosenName,
      walk: [...calls.slice(1).map((call) => call.given), ...left],
      open: [...document.querySelectorAll('details[open] > summary')].map((summary) => summary.textContent),
    }),
    set: ({ zoom, pan, node, walk, open }) => {
      for (const summary of document.querySelectorAll('summary')) {
        if (open.includes(summary.textContent)) summary.parentElement.open = true
      }
      const number = flow.nodes.findIndex((one) => one.name === node)
      if (number !== -1) read(number)
      chosenName = node
      replay(walk)
      if (zoom !== null) zoomTo(zoom)
      sheets.scrollTo({ left: pan[0], top: pan[1], behavior: 'instant' })
    },
  }

  fit()
  restart()
})()
