"use strict";
// The answers of a blind reading: kept in this browser for each reader, saved as a file that `huimou audit --read` takes.
const shelf = `huimou-audit:${data.sample}`;
const cards = all("article");
let reader = keep.get(`${shelf}:reader`) || "";
let answers = load(reader); // by number: { choice, reason }

function load(name) {
  try {
    const kept = JSON.parse(keep.get(`${shelf}:of:${name}`));
    if (kept && typeof kept === "object") return kept;
  } catch { /* not ours: begin anew */ }
  return {};
}

function save() {
  if (!keep.set(`${shelf}:of:${reader}`, JSON.stringify(answers))) notice("此浏览器不能保存回答，请在离开前存为文件。");
}

function notice(text) {
  one("#told").textContent = text;
}

function given() { // the answers in the order of the page
  return data.numbers.filter((n) => answers[n]?.choice).map((n) => ({ n, choice: answers[n].choice, reason: answers[n].reason || "" }));
}

function tally() {
  const found = given().length;
  notice(`已答 ${found} / ${data.numbers.length}`);
  one("#export").disabled = !found;
}

function draw(card) {
  const said = answers[card.dataset.n] || {};
  for (const box of all("input", card)) box.checked = box.value === said.choice;
  one("textarea", card).value = said.reason || "";
  card.classList.toggle("answered", Boolean(said.choice));
}

function answer(card, change) {
  const n = card.dataset.n;
  answers[n] = { ...answers[n], ...change };
  card.classList.toggle("answered", Boolean(answers[n].choice));
  save();
  tally();
}

function become(name) { // another reader begins with answers of their own; whoever only now gives a name keeps these
  const taken = !reader && !keep.get(`${shelf}:of:${name}`) ? answers : load(name);
  if (!reader) keep.set(`${shelf}:of:`, "{}");
  reader = name;
  answers = taken;
  keep.set(`${shelf}:reader`, reader);
  save();
  cards.forEach(draw);
  tally();
}

function exported() {
  const said = given();
  const head = { format: data.format, version: data.version, sample: data.sample, reader };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify({ ...head, answers: said }, null, 1)}\n`], { type: "application/json" }));
  link.download = `audit-${data.sample}${reader ? `-${reader.replace(/[^\p{L}\p{N}]+/gu, "_")}` : ""}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  const left = data.numbers.length - said.length;
  notice(`已存${said.length}句${left ? `；还有${left}句未答` : ""}${reader ? "" : "；没有填读者"}。`);
}

for (const card of cards) {
  for (const box of all("input", card)) box.addEventListener("change", () => answer(card, { choice: box.value }));
  one("textarea", card).addEventListener("change", (event) => answer(card, { reason: event.target.value.trim() }));
  draw(card);
}
one("#reader").value = reader;
one("#reader").addEventListener("change", (event) => become(event.target.value.trim()));
one("#export").addEventListener("click", exported);
tally();
