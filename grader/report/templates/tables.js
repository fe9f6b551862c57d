// Makes tables sort by their column heads, and shows fewer rows of the one that has a filter.
// Without it the page says the same: heads are plain text, and the filter stays hidden.
(() => {
  'use strict'
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: 'base' }).compare

  // How the language of the page writes numbers: `1,024.5` or `1.024,5`.
  const signs = new Intl.NumberFormat(document.documentElement.lang).formatToParts(1234567.5)
  const sign = type => signs.find(part => part.type === type)?.value ?? ''
  const [group, decimal] = [sign('group'), sign('decimal')]
  const number = text => parseFloat(text.replaceAll(group, '').replace(decimal, '.'))

  // The column at which each cell of a row begins; a cell may span several.
  const places = row => {
    let next = 0
    return Array.from(row.cells, cell => [(next += cell.colSpan) - cell.colSpan, cell])
  }

  const key = (row, column, numeric) => {
    const found = places(row).findLast(([start]) => start <= column)[1]
    const given = found.dataset.sort
    const text = given ?? found.textContent.trim()
    if (!numeric) return text
    const value = given === undefined ? number(text) : parseFloat(given)
    return Number.isNaN(value) ? null : value
  }

  const byNumber = head => head.dataset.by === 'number' || head.classList.contains('table-amount')

  // What has no number comes last, whichever way the others go.
  const compare = (one, other, numeric, way) => {
    if (one === null || other === null) return (one === null) - (other === null)
    return way * (numeric ? one - other : order(one, other))
  }

  const sort = (table, head, column) => {
    const way = head.ariaSort === 'ascending' ? -1 : 1
    const numeric = byNumber(head)
    const body = table.tBodies[0]
    const rows = Array.from(body.rows, row => [key(row, column, numeric), row])
    rows.sort(([one], [other]) => compare(one, other, numeric, way))
    body.append(...rows.map(([, row]) => row))
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort')
    head.ariaSort = way > 0 ? 'ascending' : 'descending'
  }

  for (const table of document.querySelectorAll('table.sortable')) {
    for (const [column, head] of places(table.tHead.rows[0])) {
      if (head.dataset.by === 'nothing') continue
      const button = document.createElement('button')
      button.type = 'button'
      button.append(...head.childNodes)
      button.addEventListener('click', () => sort(table, head, column))
      head.append(button)
    }
  }

  const plain = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  for (const tools of document.querySelectorAll('.tools')) {
    const rows = Array.from(document.getElementById(tools.dataset.table).tBodies[0].rows)
    const texts = new Map(rows.map(row => [row, plain(row.textContent)]))
    const find = tools.querySelector('input')
    const status = tools.querySelector('select')
    const told = tools.querySelector('[role=status]')
    const count = amount => amount.toLocaleString(document.documentElement.lang)
    const show = () => {
      const words = plain(find.value).split(/\s+/)
      let shown = 0
      for (const row of rows) {
        const fits = !status?.value || row.dataset.status.split(' ').includes(status.value)
        row.hidden = !(fits && words.every(word => texts.get(row).includes(word)))
        shown += !row.hidden
      }
      told.textContent = tools.dataset.found.replace('{shown}', count(shown)).replace('{all}', count(rows.length))
    }
    find.addEventListener('input', show)
    status?.addEventListener('change', show)
    tools.hidden = false
    show()
  }
})()
