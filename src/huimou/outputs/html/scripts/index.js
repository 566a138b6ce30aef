"use strict";
// The list of a batch: filtered and sorted as a whole, drawn a page at a time.
const [FIRST, LINK, WHY, NOTE, NAME, KIND, STATUS] = [7, 14, 15, 16, 3, 5, 6]; // first column of numbers, then cells by name
const PAGE = 200; // rows
const heads = all("#list th");
let order = { column: 0, down: false };
let shown = data;
let from = 0;

function filter() {
  const sought = one("#search").value.trim().toLowerCase();
  const kind = one("#kind")?.value;
  const status = one("#status")?.value;
  shown = data.filter((row) => (!kind || row[KIND] === kind) && (!status || row[STATUS] === status)
    && (!sought || row.slice(0, FIRST).some((cell) => cell.toLowerCase().includes(sought))));
  const collator = new Intl.Collator("zh-CN", { numeric: true });
  const { column, down } = order;
  const compare = (a, b) => (column >= FIRST ? a[column] - b[column] : collator.compare(a[column], b[column]));
  shown.sort((a, b) => (a[column] === "") - (b[column] === "") || (down ? compare(b, a) : compare(a, b))
    || collator.compare(a[NAME], b[NAME])); // blanks last, both ways
  from = 0;
  draw();
}

function draw() {
  one("#list tbody").replaceChildren(...shown.slice(from, from + PAGE).map(line));
  const sums = heads.map((_, i) => (i < FIRST ? 0 : shown.reduce((sum, row) => sum + row[i], 0)));
  one("#list tfoot tr").replaceChildren(...heads.map((_, i) => cell(i ? (i < FIRST ? "" : sums[i]) : `合计 ${shown.length}份`, i)));
  const last = Math.min(from + PAGE, shown.length);
  const part = shown.length > PAGE ? `，第${from + 1}–${last}份` : "";
  one("#count").textContent = `${shown.length.toLocaleString("zh-CN")}份${part}`;
  one("#earlier").hidden = from === 0;
  one("#later").hidden = last >= shown.length;
}

function line(row) {
  const tr = document.createElement("tr");
  tr.append(...heads.map((_, i) => cell(row[i], i)));
  if (row[LINK]) {
    for (const column of [0, NAME].filter((one) => row[one])) {
      const link = make("a", row[column]);
      link.href = `./${row[LINK]}`;
      tr.cells[column].replaceChildren(link);
    }
  }
  if (row[WHY]) {
    tr.className = "broken";
    tr.cells[STATUS].title = row[WHY];
    tr.cells[STATUS].append(make("small", row[WHY]));
  }
  if (row[NOTE]) tr.cells[STATUS].append(make("small", row[NOTE]));
  return tr;
}

function cell(value, i) {
  const td = make("td", typeof value === "number" ? value.toLocaleString("zh-CN") : value);
  td.dataset.label = heads[i].textContent; // beside the cell on a narrow screen, where there is no head
  if (i >= FIRST) td.className = "n";
  return td;
}

function sort(head) {
  const column = heads.indexOf(head);
  order = { column, down: order.column === column ? !order.down : column >= FIRST };
  for (const other of heads) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
  one("#order").value = String(column);
  filter();
}

function turn(by) {
  from += by * PAGE;
  draw();
  one("#list").scrollIntoView({ block: "start" });
}

for (const head of heads) one("button", head).addEventListener("click", () => sort(head));
for (const choice of all("#kind, #status")) choice.addEventListener("change", filter);
one("#order").addEventListener("change", (event) => sort(heads[event.target.value]));
one("#search").addEventListener("input", filter);
one("#earlier").addEventListener("click", () => turn(-1));
one("#later").addEventListener("click", () => turn(1));
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey || event.key !== "/") return;
  event.preventDefault();
  one("#search").focus();
});
filter();
