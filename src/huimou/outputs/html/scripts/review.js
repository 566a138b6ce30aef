"use strict";
// What a person says of the items: kept in this browser, exported to a file that `huimou apply-review` merges.
const shelf = `huimou-review:${data.sha256}:${data.name}`;
const longest = 4000; // characters of a correction or comment, as the file allows
const stored = load();
const remarks = { ...data.reviewed }; // by id; those in the digest first, then what this browser holds and is newer
const toCheck = all(".lines li"); // the lines of 核对
let strange = 0; // remarks kept here on items that have changed since

function load() {
  try {
    const kept = JSON.parse(keep.get(shelf));
    if (kept && typeof kept.items === "object" && kept.items) return kept;
  } catch { /* not ours: begin anew */ }
  return { reviewer: "", items: {} };
}

const seen = { ...stored.seen }; // lines of what to check that are about no item, by their key

function adopt(items) { // take remarks that fit and are newer; how many fit
  let fitting = 0;
  strange = 0;
  for (const [id, remark] of items) {
    if (data.of[id] !== remark.of) { strange += 1; continue; }
    fitting += 1;
    if (!remarks[id] || (data.service && remark.waits) || remark.time >= remarks[id].time) remarks[id] = remark;
  }
  return fitting;
}

function save() {
  const ours = Object.fromEntries(Object.entries(remarks).filter(([id, remark]) => remark !== data.reviewed[id]));
  const old = Object.entries(stored.items).filter(([id, remark]) => data.of[id] !== remark.of);
  stored.seen = seen;
  stored.items = { ...Object.fromEntries(old), ...ours };
  if (!keep.set(shelf, JSON.stringify(stored))) notice("此浏览器不能保存核对，请在离开前导出。");
}

function notice(text) {
  one("#told").textContent = text;
}

function remark(id, change) {
  const empty = { checked: false, corrected: null, comment: null };
  const { checked, corrected, comment } = { ...empty, ...remarks[id], ...change };
  const before = remarks[id];
  const now = new Date().toISOString();
  const time = before && before.time > now ? before.time : now; // a clock that is behind must not lose against itself
  const replaces = before?.waits ? before.replaces : before?.time ?? null; // what a service is told that this replaces
  remarks[id] = { of: data.of[id], checked, corrected, comment, reviewer: stored.reviewer || null, time, replaces, waits: true };
  save();
  draw(one(`#i-${CSS.escape(id)}`));
  tally();
  announce([id]);
}

function announce(ids) { // whoever else keeps remarks, as the page of a service does
  document.dispatchEvent(new CustomEvent("remarked", { detail: ids }));
}

function part(name, title, text) {
  const line = make("p", "");
  line.className = name;
  line.append(make("b", title), make("span", text));
  return line;
}

function makeTick(name, ticked, change) {
  const tick = make("label", "");
  tick.className = "tick";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = ticked;
  box.setAttribute("aria-label", name);
  box.title = "已核对（x）";
  box.addEventListener("change", () => change(box.checked));
  tick.append(box);
  return tick;
}

function drawRow(row) { // a line of what to check: the tick of its item, or one of its own that stays in this browser
  const { key } = row.dataset;
  const ofItem = key in data.of;
  const ticked = Boolean(ofItem ? remarks[key]?.checked : seen[key]);
  row.tabIndex = -1;
  row.toggleAttribute("data-checked", ticked);
  const name = `看过：${one("p", row).textContent.trim().slice(0, 24)}`;
  one(".mark", row).replaceChildren(makeTick(name, ticked, (checked) => {
    if (ofItem) remark(key, { checked });
    else { if (checked) seen[key] = true; else delete seen[key]; save(); drawRow(row); tally(); }
    one(".tick input", row).focus();
  }));
}

function draw(item) {
  const id = item.dataset.id;
  const said = remarks[id] || {};
  one(".mark", item).replaceChildren(makeTick(`${id} 已核对`, Boolean(said.checked), (checked) => {
    remark(id, { checked });
    one(".tick input", item).focus();
  }));
  for (const row of toCheck) if (row.dataset.key === id) drawRow(row);
  const edit = make("button", "更正、批注");
  edit.className = "edit";
  edit.setAttribute("aria-label", `${id} 更正、批注`);
  edit.setAttribute("aria-expanded", "false");
  edit.addEventListener("click", () => write(item));
  const row = make("p", "");
  row.className = "row";
  row.append(edit);
  if (said.checked) {
    const who = make("span", [data.words.checked, said.reviewer, said.time.slice(0, 10)].filter(Boolean).join(" · "));
    who.className = "who";
    row.append(who);
  }
  const parts = [row];
  if (said.corrected) parts.push(part("corrected", data.words.corrected, said.corrected));
  if (said.comment) parts.push(part("comment", data.words.comment, said.comment));
  one(".person", item).replaceChildren(...parts);
  item.toggleAttribute("data-checked", Boolean(said.checked));
  item.classList.toggle("was", Boolean(said.corrected));
  for (const to of all(".overview .to")) if (to.dataset.to === id) to.toggleAttribute("data-was", Boolean(said.corrected));
}

function field(title, text) {
  const label = make("label", title);
  const area = document.createElement("textarea");
  area.value = text;
  area.maxLength = longest;
  area.rows = Math.min(8, 2 + Math.floor(text.length / 40));
  label.append(area);
  return [label, area];
}

function write(item) { // the form in which an item is corrected; again, and it is put away
  const id = item.dataset.id;
  const open = one(".pen", item);
  if (open) { draw(item); one(".edit", item).focus(); return; }
  const summary = one(".words", item).textContent;
  const said = remarks[id] || {};
  const [first, corrected] = field("更正（代替上面的概括，标明为人工）", said.corrected ?? summary);
  const [second, comment] = field(data.words.comment, said.comment ?? "");
  const keepIt = make("button", "保存");
  const leave = make("button", "取消");
  const form = make("div", "");
  form.className = "pen";
  const finish = () => { draw(item); one(".edit", item).focus(); };
  keepIt.addEventListener("click", () => {
    const text = corrected.value.trim();
    remark(id, { corrected: text && text !== summary ? text : null, comment: comment.value.trim() || null });
    finish();
  });
  leave.addEventListener("click", finish);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); finish(); }
  });
  const buttons = make("p", "");
  buttons.append(keepIt, " ", leave);
  form.append(first, second, buttons);
  one(".person", item).append(form);
  one(".edit", item).setAttribute("aria-expanded", "true");
  corrected.focus();
}

function tally() {
  const items = all(".item");
  const checked = items.filter((item) => "checked" in item.dataset).length;
  one("#checked").textContent = `已核对 ${checked} / ${items.length}`;
  const looked = toCheck.filter((row) => "checked" in row.dataset).length;
  one('.jumps a[href="#checks"] small').textContent = looked ? `${looked}/${toCheck.length}` : toCheck.length;
  one("#export").disabled = !Object.keys(remarks).length;
}

function exported() {
  const order = all(".item").map((item) => item.dataset.id).filter((id) => remarks[id]);
  const items = order.map((id) => {
    const { checked, corrected, comment, reviewer, time } = remarks[id];
    return { id, of: data.of[id], checked, corrected, comment, reviewer, time };
  });
  const head = { format: "huimou-review", version: 1, name: data.name, source_sha256: data.sha256, items_digest: data.items };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${JSON.stringify({ ...head, items }, null, 1)}\n`], { type: "application/json" }));
  link.download = `${data.name}.review.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  notice(`已导出${items.length}项。`);
}

function sound(remark) {
  const text = (value) => value === null || (typeof value === "string" && value.length <= longest);
  return remark && typeof remark.id === "string" && typeof remark.of === "string" && typeof remark.checked === "boolean"
    && typeof remark.time === "string" && text(remark.corrected) && text(remark.comment) && text(remark.reviewer);
}

async function imported(event) {
  const [file] = event.target.files;
  if (!file) return;
  event.target.value = "";
  let review;
  try { review = JSON.parse(await file.text()); } catch { review = null; }
  if (review?.format !== "huimou-review" || review.version !== 1 || !Array.isArray(review.items) || !review.items.every(sound)) {
    notice(`${file.name} 不是核对文件。`);
  } else if (review.source_sha256 !== data.sha256) {
    notice(`${file.name} 是另一份报告的核对，没有导入。`);
  } else {
    const fitting = adopt(review.items.map(({ id, ...rest }) => [id, rest]));
    save();
    all(".item").forEach(draw);
    tally();
    announce(review.items.filter(({ id, of }) => data.of[id] === of).map(({ id }) => id));
    notice(`已导入${fitting}项${strange ? `；${strange}项的条目已变，没有套用` : ""}。`);
  }
}

function here(query = ".item, .lines li") {
  return document.activeElement.closest(query) || (current?.isConnected && current.matches(query) ? current : null);
}

function tick() {
  const row = here();
  if (!row) return;
  const focused = document.activeElement === row;
  one(".tick input", row).click();
  if (focused) row.focus({ preventScroll: true }); // so that the next key is again one for the row
}

for (const key of ["x", "c", " "]) keys[key] = tick;
keys.e = () => here(".item") && write(here(".item"));
adopt(Object.entries(stored.items));
all(".item").forEach(draw);
toCheck.forEach(drawRow);
tally();
if (strange) notice(`此前${strange}项核对的条目已变，没有套用。`);
one("#reviewer").value = stored.reviewer || "";
one("#reviewer").addEventListener("change", (event) => { stored.reviewer = event.target.value.trim().slice(0, 100); save(); });
one("#export").addEventListener("click", exported);
one("#import").addEventListener("click", () => one("#file").click());
one("#file").addEventListener("change", imported);
