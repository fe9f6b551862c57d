// Asks practice cards, checks answers, and chooses what comes next as `grader/practice/learner.py` does.
(() => {
  'use strict'
  const data = JSON.parse(document.getElementById('data').textContent)
  const { model, words } = data
  const place = id => document.getElementById(id)
  const day = 24 * 60 * 60 * 1000

  // ---- The answers so far, in this browser ----

  const shelf = `practice:${document.title}`
  const stored = () => {
    try {
      const answers = JSON.parse(localStorage.getItem(shelf))
      return Array.isArray(answers) ? answers.filter(one => Array.isArray(one.exposes) && Array.isArray(one.shown)) : []
    } catch { return [] } // no storage, or something else is stored there
  }
  const store = answers => {
    try { localStorage.setItem(shelf, JSON.stringify(answers)) } catch { /* the page goes on without storage */ }
  }
  let answers = stored()

  // ---- The model of learning ----

  const after = (known, isRight) => {
    const [slip, guess] = [model.slip, model.guess]
    const given = isRight
      ? known * (1 - slip) / (known * (1 - slip) + (1 - known) * guess)
      : known * slip / (known * slip + (1 - known) * (1 - guess))
    return given + (1 - given) * model.learnt
  }

  const standing = concept => {
    const questions = new Set(concept.questions)
    const listed = answers.filter(answer => questions.has(answer.question))
    const needed = new Map(concept.questions.flatMap(name => data.exposed[name]).map(name => [name, 1]))
    let [known, due, reviews] = [model.known_at_first, null, 0]
    for (const answer of listed) {
      known = after(known, answer.isRight)
      if (answer.isRight) answer.exposes.forEach(name => needed.has(name) && needed.set(name, needed.get(name) - 1))
      else answer.shown.forEach(name => needed.set(name, 2))
      const isMastered = known >= model.enough && [...needed.values()].every(count => count <= 0)
      if (!isMastered) [due, reviews] = [null, 0]
      else if (due === null || answer.at >= due) {
        due = answer.at + model.pauses[Math.min(reviews, model.pauses.length - 1)] * day
        reviews += 1
      }
    }
    const missing = new Set([...needed].filter(([, count]) => count > 0).map(([name]) => name))
    const shown = listed.toReversed().flatMap(answer => answer.shown)
    const stage = !listed.length ? 'new' : due === null ? 'learning' : due <= Date.now() ? 'due' : 'mastered'
    return { stage, missing, amount: listed.length, repeated: shown.find(name => missing.has(name)) }
  }

  const nextConcept = () => {
    const stages = new Map(data.concepts.map(concept => [concept.id, standing(concept).stage]))
    const isReached = name => ['mastered', 'due'].includes(stages.get(name))
    return data.concepts.find(concept => stages.get(concept.id) === 'due') ??
      data.concepts.find(concept => !isReached(concept.id) && concept.after.every(isReached))
  }

  const nextQuestion = concept => {
    const { missing } = standing(concept)
    const last = new Map(answers.map((answer, number) => [answer.question, number]))
    const recent = new Set(answers.slice(-2).map(answer => answer.question))
    const fresh = concept.questions.filter(name => !recent.has(name))
    const rank = name => [-data.exposed[name].filter(one => missing.has(one)).length, last.get(name) ?? -1]
    return (fresh.length ? fresh : concept.questions).map(name => [rank(name), name])
      .sort(([one], [other]) => one[0] - other[0] || one[1] - other[1])[0][1]
  }

  // ---- Cards ----

  const opened = async number => {
    const bytes = Uint8Array.from(atob(data.cards[number].sealed), letter => letter.charCodeAt(0))
    const text = new TextEncoder()
    for (let block = 0; block * 32 < bytes.length; block += 1) {
      const digest = await crypto.subtle.digest('SHA-256', text.encode(`${data.salt}:${number}:${block}`))
      new Uint8Array(digest).forEach((byte, index) => { if (block * 32 + index < bytes.length) bytes[block * 32 + index] ^= byte })
    }
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    return JSON.parse(await new Response(stream).text())
  }

  const cardOf = question => {
    const numbers = data.cards.flatMap((card, number) => (card.question === question ? [number] : []))
    const used = answers.filter(answer => answer.question === question).map(answer => answer.card)
    const unused = numbers.filter(number => !used.includes(number))
    const left = unused.length ? unused : numbers
    return left[Math.floor(Math.random() * left.length)]
  }

  // ---- What is typed ----

  // Reads numbers, calculations with + - * / // % and brackets, and lists; anything else gives undefined.
  const read = text => {
    const tokens = text.match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|\/\/|[-+*/%()[\],]|\S/gi) ?? []
    let at = 0
    const fail = () => { throw new SyntaxError(text) }
    const plain = value => (typeof value === 'number' ? value : fail())
    const list = end => {
      const values = []
      while (tokens[at] !== end) {
        values.push(sum())
        if (tokens[at] === ',') at += 1
        else if (tokens[at] !== end) fail()
      }
      at += 1
      return values
    }
    const atom = () => {
      const token = tokens[at++]
      if (token === '-') return -plain(atom())
      if (token === '+') return plain(atom())
      if (token === '[') return list(']')
      if (token === '(') {
        const before = at
        const values = list(')')
        return values.length === 1 && tokens[at - 2] !== ',' && before < at ? values[0] : values
      }
      return token !== undefined && /^[\d.]/.test(token) ? Number(token) : fail()
    }
    const product = () => {
      let value = atom()
      while (['*', '/', '//', '%'].includes(tokens[at])) {
        const sign = tokens[at++]
        const other = plain(atom())
        plain(value)
        if (sign === '*') value *= other
        else if (sign === '/') value /= other
        else if (sign === '//') value = Math.floor(value / other)
        else value -= other * Math.floor(value / other)
      }
      return value
    }
    const sum = () => {
      let value = product()
      while (['+', '-'].includes(tokens[at])) {
        const sign = tokens[at++]
        const other = plain(product())
        value = plain(value) + (sign === '+' ? other : -other)
      }
      return value
    }
    try {
      const values = []
      do { values.push(sum()) } while (tokens[at] === ',' && ++at < tokens.length)
      if (at < tokens.length) fail()
      const value = values.length === 1 && !text.trim().endsWith(',') ? values[0] : values
      return [value].flat(Infinity).every(Number.isFinite) ? value : undefined
    } catch { return undefined }
  }

  // Lists of one element count as the element, as in the grader.
  const single = value => (Array.isArray(value) && value.length === 1 ? single(value[0]) : value)
  const isClose = (value, right, allowed) => {
    if (Array.isArray(right)) {
      return Array.isArray(value) && value.length === right.length &&
        right.every((part, index) => isClose(value[index], part, allowed[index]))
    }
    return typeof value === 'number' && Math.abs(value - right) <= allowed + 1e-9 * Math.abs(right)
  }
  const exact = value => (Array.isArray(value) ? value.map(exact) : typeof value === 'number' ? 1e-6 * Math.abs(value) : 0)

  // ---- The page ----

  let [card, number, tries] = [null, 0, 0]

  const drawStandings = () => {
    place('standings').replaceChildren(...data.concepts.map(concept => {
      const { stage, amount, repeated } = standing(concept)
      const row = document.createElement('tr')
      const head = document.createElement('th')
      head.scope = 'row'
      head.textContent = concept.title
      const far = document.createElement('td')
      far.textContent = stage === 'learning' && repeated
        ? `${words.learning}. ${words.repeated} ${data.mistakes[repeated] ?? repeated}` : words[stage]
      const count = document.createElement('td')
      count.className = 'table-amount'
      count.textContent = amount
      row.append(head, far, count)
      return row
    }))
  }

  const ask = async (focus = true) => {
    const chosen = place('concept').value
    const concept = data.concepts.find(one => one.id === chosen) ?? nextConcept()
    place('outcome').replaceChildren()
    place('next').hidden = place('show').hidden = true
    place('answering').hidden = !concept
    if (!concept) {
      place('title').textContent = words.done
      place('exercise').textContent = ''
      place('asked').replaceChildren()
      return
    }
    number = cardOf(nextQuestion(concept))
    card = await opened(number)
    tries = 0
    place('title').textContent = card.title
    place('exercise').textContent = `${card.exercise} · ${concept.title}`
    place('asked').innerHTML = card.asked
    place('name').textContent = card.name
    place('answer').value = ''
    place('check').disabled = false
    if (focus) place('title').focus()
  }

  const keep = (isRight, shown) => {
    const question = data.cards[number].question
    answers.push({ question, isRight, exposes: card.exposes, shown, at: Date.now(), card: number })
    store(answers)
    drawStandings()
  }

  const close = () => {
    place('check').disabled = true
    place('show').hidden = true
    place('next').hidden = false
    place('next').focus()
  }

  const tell = (...lines) => {
    place('outcome').replaceChildren(...lines.filter(Boolean).map(line => {
      const paragraph = document.createElement('p')
      paragraph.textContent = line
      return paragraph
    }))
  }

  const check = () => {
    const value = single(read(place('answer').value))
    if (value === undefined) return tell(words.unreadable)
    if (isClose(value, single(card.value), single(card.allowed))) {
      if (!tries) keep(true, [])
      place('outcome').innerHTML = card.right
      return close()
    }
    const known = card.wrong.find(one => isClose(value, single(one.value), exact(single(one.value))))
    if (!tries) keep(false, known?.shown ?? [])
    tries += 1
    if (known) {
      place('outcome').innerHTML = known.html
      return close()
    }
    tell(words.wrong, card.hint, tries > 1 ? words.again : '')
    place('show').hidden = tries < 2
  }

  place('answering').addEventListener('submit', event => {
    event.preventDefault()
    if (!place('check').disabled) check()
  })
  place('show').addEventListener('click', () => { tell(card.expected, card.hint); close() })
  place('next').addEventListener('click', () => ask())
  place('concept').addEventListener('change', () => ask(false))
  place('choose').addEventListener('submit', event => event.preventDefault())
  place('forget').addEventListener('click', () => { answers = []; store(answers); drawStandings(); ask() })
  drawStandings()
  ask(false)
})()
