'use strict';
// Makes each table sortable by its headings; without it they are tables all the same.
const makeSortable = table => {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) return;
  const words = new Intl.Collator(undefined, {numeric: true});
  const text = (row, column) => row.cells[column].textContent;
  const isNull = (row, column) => row.cells[column].classList.contains('null');
  const compare = column => {
    const numbers = rows.every(row => isNull(row, column) || !isNaN(text(row, column) || NaN));
    return numbers ? (a, b) => text(a, column) - text(b, column)
                   : (a, b) => words.compare(text(a, column), text(b, column));
  };
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const turn = {ascending: 'descending', descending: 'none'};
      const order = turn[head.getAttribute('aria-sort')] || 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      if (order !== 'none') head.setAttribute('aria-sort', order);
      const by = compare(column);
      const sign = order === 'descending' ? -1 : 1;
      const sorted = order === 'none' ? rows : [...rows].sort((a, b) =>
          isNull(a, column) - isNull(b, column) || sign * by(a, b));
      body.append(...sorted);
    });
  });
};
function sortable(root) {
  root.querySelectorAll('table').forEach(makeSortable);
}
sortable(document);
