"use strict";
// The page of a report. Places are code points of the report; every sentence of it is one span that knows its start.
const sentences = all(".s");
const starts = sentences.map((span) => Number(span.dataset.s));
const ends = sentences.map((span, i) => starts[i] + points(span.textContent));
const info = one("#info");
const narrow = matchMedia("(max-width: 60rem)");
let current = null; // what is marked: an element with data-at, or a sentence
let found = []; // ranges of the search
let at = -1;
let arriving = false; // on the way to what the address names: at once, not smoothly
let book = null; // the text as it is searched

function points(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function units(text, count) { // code units that the first `count` code points take
  let length = 0;
  for (const char of text) {
    if (count <= 0) break;
    count -= 1;
    length += char.length;
  }
  return length;
}

function places(element) {
  return (element.dataset.at || "").split(",").filter(Boolean).map((place) => place.split("-").map(Number));
}

function covered([start, end]) { // numbers of the sentences that a place touches, else of the one before it
  const touched = [];
  let before = -1;
  for (let i = 0; i < starts.length; i += 1) {
    if (starts[i] <= start) before = i;
    if (starts[i] < end && ends[i] > start) touched.push(i);
  }
  return touched.length || before < 0 ? touched : [before];
}

function stretch(i, [start, end]) { // the part of sentence i within a place
  const node = sentences[i].firstChild;
  const range = new Range();
  range.setStart(node, units(node.data, start - starts[i]));
  range.setEnd(node, units(node.data, Math.min(end, ends[i]) - starts[i]));
  return range;
}

function paint(name, ranges) {
  if (!CSS.highlights) return;
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

function clear() {
  for (const marked of all(".hit, .on")) marked.classList.remove("hit", "on");
  for (const marked of all(".sides [aria-current]")) marked.removeAttribute("aria-current");
  for (const box of all(".origin")) box.remove();
  paint("source", []);
  info.hidden = true;
  current = null;
}

function still() { return arriving || matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"; }

function into(element, block = "center") {
  element.scrollIntoView({ block, behavior: narrow.matches ? "auto" : still() });
}

function announcePlace(i) { // whoever else shows where a sentence stands, as the images of pages do
  document.dispatchEvent(new CustomEvent("placed", { detail: i + 1 }));
}

// From the digest to the text.
function mark(element) {
  const owner = element.closest(".item, .overview li, .lines li, .requirement, tr") || element;
  clear();
  current = owner;
  owner.classList.add("on");
  owner.setAttribute("aria-current", "true");
  const ranges = [];
  let first = null;
  for (const place of places(element)) {
    for (const i of covered(place)) {
      sentences[i].classList.add("hit");
      if (place[0] < ends[i] && place[1] > starts[i]) ranges.push(stretch(i, place));
      if (first === null || i < first) first = i;
    }
  }
  paint("source", ranges);
  if (first === null) {
    tell([words("没有标出具体位置。")]);
    return;
  }
  if (narrow.matches && owner.matches(".item")) unfold(owner, element);
  announcePlace(first);
  if (!narrow.matches) into(sentences[first]);
  else if (owner.matches(".item")) into(one(".origin", owner), "nearest");
  else lead(owner, sentences[first]);
}

function lead(owner, sentence) { // on a narrow screen: to the text, with the way back
  into(sentence);
  tell([words(`出处：${owner.dataset.id || owner.dataset.rest || ""}`), back(owner)]);
}

function back(owner) {
  const button = make("button", "返回");
  button.addEventListener("click", () => {
    into(owner);
    owner.focus({ preventScroll: true });
    info.hidden = true;
  });
  return button;
}

const joined = (text) => text.replace(/\s*\n\s*/g, ""); // lines that only the layout broke

// On a narrow screen the sentences that an item rests on unfold under it, what it takes from them marked.
function unfold(item, element) {
  const box = make("blockquote", "");
  box.className = "origin";
  const marks = places(element);
  const hit = sentences.filter((span) => span.classList.contains("hit"));
  for (const span of hit) {
    const i = sentences.indexOf(span);
    const line = make("p", "");
    const text = span.textContent;
    let done = 0;
    const parts = marks.filter(([start, end]) => start < ends[i] && end > starts[i])
      .map(([start, end]) => [units(text, Math.max(0, start - starts[i])), units(text, Math.min(end, ends[i]) - starts[i])])
      .sort((a, b) => a[0] - b[0]);
    for (const [start, end] of parts) {
      if (end <= done) continue;
      line.append(joined(text.slice(done, Math.max(done, start))), make("mark", joined(text.slice(Math.max(done, start), end))));
      done = end;
    }
    line.append(joined(text.slice(done)));
    box.append(line);
  }
  const further = make("button", "看上下文");
  further.addEventListener("click", () => lead(item, hit[0]));
  box.append(further);
  item.append(box);
}

// From the text to the digest.
function restsOn(i) {
  return all("[data-at]").filter((element) => (element.matches(".item, [data-rest]"))
    && places(element).some(([start, end]) => starts[i] < end && ends[i] > start));
}

function ask(i) {
  clear();
  const span = sentences[i];
  current = span;
  span.classList.add("hit");
  span.setAttribute("aria-current", "true");
  announcePlace(i);
  const resting = restsOn(i);
  for (const element of resting) element.classList.add("on");
  const why = span.dataset.w;
  const rule = span.dataset.r;
  const by = rule ? `（规则“${data.rules[rule]}”，${rule}）` : "";
  const told = { cited: "已引用", uncovered: "未引用也未说明" }[why] || `略去：${data.why[why]}${by}`;
  tell([words(`第${span.id.slice(1)}句（字符${starts[i]}–${ends[i]}） ${told}`), ...resting.map(jump)]);
  const seen = resting.filter((element) => element.offsetParent !== null);
  const shown = seen.find((element) => element.matches(".item")) || seen[0];
  if (shown && !narrow.matches) into(shown);
}

function jump(element) {
  const item = element.dataset.id;
  const label = item || (element.dataset.rest === "一页稿" || element.matches("tr, .requirement")
    ? element.dataset.rest : `${element.dataset.rest}：${one("p", element).textContent.trim().slice(0, 16)}`);
  const button = make("button", label);
  button.className = item ? "to" : "to other";
  button.addEventListener("click", () => reveal(element));
  return button;
}

function reveal(element) { // show an element of the digest, whatever is filtered or folded
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (element.hidden) reset();
  element.classList.add("on");
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  into(element);
}

// What the address names: a sentence (#s12), an item (#A5, #T3, #S1) or a figure (#F3).
function arrive() {
  let name = "";
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { /* no name of ours */ }
  const named = name && document.getElementById(name);
  const sentence = sentences.indexOf(named);
  const owner = named && named.closest(".item, #figures tr");
  arriving = true;
  if (sentence >= 0) {
    ask(sentence);
    into(sentences[sentence]);
  } else if (owner) {
    mark(owner);
    if (narrow.matches) info.hidden = true; // it says the way back to where this leads
    reveal(owner);
  }
  arriving = false;
}

function words(text) { return make("span", text); }

function tell(parts) {
  const close = make("button", "×");
  close.className = "close";
  close.setAttribute("aria-label", "关闭");
  close.addEventListener("click", clear);
  info.replaceChildren(...parts, close);
  info.hidden = false;
}

// The bar of the page's parts says which part is in view.
const parts = all(".jumps a").map((link) => [link, document.getElementById(link.hash.slice(1))]);

function locate() {
  const pane = narrow.matches ? null : one(".digest");
  const line = (pane ? pane.getBoundingClientRect().top : 0) + innerHeight / 3;
  const ended = pane && pane.scrollTop > 0 && pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;
  const inside = parts.filter(([, part]) => !pane || pane.contains(part));
  const passed = inside.filter(([, part]) => part.getBoundingClientRect().top <= line);
  const [here] = (ended ? inside : passed).at(-1) || inside[0];
  for (const [link] of parts) {
    if (link === here) link.setAttribute("aria-current", "location"); else link.removeAttribute("aria-current");
  }
}

let located = false;
function relocate() {
  if (located) return;
  located = true;
  requestAnimationFrame(() => { located = false; locate(); });
}

// Filters.
const pressed = (query) => all(`${query}[aria-pressed="true"]`);

function shownWords(item) { // without the sentences that were weighed and not taken
  return all(":scope > :not(.weighed)", item).map((part) => part.textContent).join("\n");
}

function filter() {
  const kinds = pressed(".toggle[data-kind]").map((button) => button.dataset.kind);
  const only = pressed(".toggle[data-only]").map((button) => button.dataset.only);
  const domain = one("#domain").value;
  const sought = folded(one("#search").value.trim());
  const items = all(".item");
  for (const item of items) {
    item.hidden = !((!kinds.length || kinds.includes(item.dataset.kind))
      && (!domain || item.dataset.domain === domain)
      && (!only.includes("look") || "look" in item.dataset)
      && (!only.includes("open") || !("checked" in item.dataset))
      && (!sought || folded(shownWords(item)).includes(sought)));
  }
  const choosing = kinds.length || domain || only.length || sought;
  const shownNow = (id) => !one(`#i-${CSS.escape(id)}`)?.hidden;
  for (const line of all(".overview li")) { // an overview sentence goes with the items that it rests on
    line.hidden = Boolean(choosing) && !all(".to", line).some((button) => shownNow(button.dataset.to));
  }
  for (const group of all(".group")) {
    const inside = all(".item", group);
    group.hidden = inside.length > 0 && inside.every((item) => item.hidden);
  }
  const left = items.filter((item) => !item.hidden).length;
  relocate();
  one("#count").textContent = left === items.length ? "" : `${left} / ${items.length} 项`;
  return left;
}

function refilter() { // what is above the filters shrinks and grows; they stay in view
  filter();
  into(one("#choose"), "nearest");
}

function reset() {
  for (const button of pressed(".filters .toggle")) button.setAttribute("aria-pressed", "false");
  one("#domain").value = "";
  one("#search").value = "";
  search();
}

function light() { // dim all sentences but those of the chosen tints and reasons
  const chosen = pressed(".legend .toggle");
  const groups = chosen.map((button) => button.dataset.group);
  const whys = chosen.flatMap((button) => (button.dataset.why || "").split(" "));
  const wanted = (span) => whys.includes(span.dataset.w) || groups.some((group) => group && span.classList.contains(group));
  one("#body").classList.toggle("choosing", chosen.length > 0);
  for (const span of sentences) span.classList.toggle("chosen", wanted(span));
  const first = sentences.find((span) => span.classList.contains("chosen"));
  if (chosen.length && first) into(first);
}

// Search in items and in the text.
function search() {
  const sought = folded(one("#search").value.trim());
  const left = filter();
  found = sought ? occurrences(sought) : [];
  at = -1;
  paint("found", found);
  paint("here", []);
  one("#next").hidden = !found.length;
  one("#hits").textContent = sought ? `条目${left} 原文${found.length}` : "";
}

// Traditional characters as simplified, full width as half, capitals as small; no letter changes its length.
const odd = new RegExp(`[${Object.keys(data.fold).join("")}\\p{Lu}\\uff01-\\uff5e\\u3000\\u00a0]`, "gu");

function folded(text) {
  return text.replace(odd, (char) => {
    const code = char.codePointAt(0);
    const plain = code === 0x3000 || code === 0xa0 ? " " : code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : char;
    const small = plain.toLowerCase();
    return data.fold[plain] || (small.length === plain.length ? small : plain);
  });
}

function read() {
  const walker = document.createTreeWalker(one("#body"), NodeFilter.SHOW_TEXT);
  const nodes = [];
  let text = "";
  while (walker.nextNode()) {
    nodes.push([text.length, walker.currentNode]);
    text += walker.currentNode.data;
  }
  return { nodes, text: folded(text) };
}

function occurrences(sought) {
  book ??= read();
  const { nodes, text } = book;
  const spot = (index) => {
    let low = 0;
    for (let high = nodes.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (nodes[middle][0] <= index) low = middle; else high = middle;
    }
    return [nodes[low][1], Math.min(index - nodes[low][0], nodes[low][1].length)];
  };
  const ranges = [];
  for (let i = text.indexOf(sought); i >= 0 && ranges.length < 2000; i = text.indexOf(sought, i + sought.length)) {
    const range = new Range();
    range.setStart(...spot(i));
    range.setEnd(...spot(i + sought.length));
    ranges.push(range);
  }
  return ranges;
}

function next() {
  if (!found.length) return;
  at = (at + 1) % found.length;
  paint("here", [found[at]]);
  into(found[at].startContainer.parentElement);
  one("#hits").textContent = `原文 ${at + 1} / ${found.length}`;
}

// The table of figures.
function sort(button) {
  const head = button.closest("th");
  const column = [...head.parentElement.children].indexOf(head);
  const down = head.getAttribute("aria-sort") === "ascending";
  const key = (row) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
  const numeric = head.classList.contains("n") || column === 0;
  const body = one("tbody", head.closest("table"));
  const compare = (a, b) => (numeric ? Number(a) - Number(b) : a.localeCompare(b, "zh-CN"));
  const rows = [...body.rows].map((row) => [key(row), row]);
  rows.sort(([a], [b]) => (a === "") - (b === "") || (down ? compare(b, a) : compare(a, b))); // blanks last, both ways
  body.append(...rows.map(([, row]) => row));
  for (const other of head.parentElement.children) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
}

// Keyboard.
function step(by) {
  const items = all(".item, .lines li").filter((item) => item.offsetParent !== null);
  if (!items.length) return;
  const from = items.indexOf(document.activeElement.closest(".item, .lines li") || current);
  const item = items[Math.min(Math.max(from + by, 0), items.length - 1)];
  item.focus({ preventScroll: true });
  if (!narrow.matches) { mark(item); item.focus({ preventScroll: true }); }
  into(item, "nearest");
}

function walk(by, wanted = () => true) {
  const from = sentences.indexOf(current);
  for (let i = from + by; i >= 0 && i < sentences.length; i += by) {
    if (!wanted(sentences[i])) continue;
    ask(i);
    into(sentences[i], "center");
    return;
  }
}

function consult(event) { // the source of what has the focus, or of what was marked last
  const row = event.target.closest(".item, [data-rest]") || (current?.isConnected ? current : null);
  if (row?.matches(".item, [data-rest]")) mark(row);
}

function choose() {
  one("#choose").open = true;
  one("#choose .toggle").focus();
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  o: consult,
  "]": () => walk(1),
  "[": () => walk(-1),
  u: () => walk(1, (span) => span.classList.contains("uncovered")),
  f: choose,
  "/": () => one("#search").focus(),
  "?": () => one("#keys").showModal(),
};

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || one("#keys").open) return;
  const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape") {
    if (typing) event.target.blur();
    clear();
    for (const button of pressed(".legend .toggle")) button.setAttribute("aria-pressed", "false");
    light();
    reset();
  } else if (event.key === "Enter" && event.target.id === "search") next();
  else if (event.key === "Enter" && event.target.matches(".item, [data-rest]")) mark(event.target);
  else if (event.key === " " && !event.target.matches(".item, .lines li")) return;
  else if (!typing && keys[event.key]) {
    event.preventDefault();
    keys[event.key](event);
  }
}

function click(event) {
  const target = event.target;
  const button = target.closest("button");
  const toggle = target.closest(".toggle");
  if (toggle) {
    toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
    if (toggle.closest(".legend")) light(); else refilter();
  } else if (target.closest("th button")) sort(button);
  else if (target.closest(".digest .to")) reveal(document.getElementById(`i-${button.dataset.to}`));
  else if (target.closest("input, textarea, select, label, summary, .person, .origin, .info, .jumps") || !getSelection().isCollapsed) return;
  else if (target.closest(".s")) ask(sentences.indexOf(target.closest(".s")));
  else if (target.closest(".digest [data-at]")) {
    const row = target.closest("[data-at]");
    if (narrow.matches && row === current && one(".origin", row)) clear(); else mark(row);
  }
}

async function copy() { // the draft as text: a heading and a paragraph for each part
  const lines = [one("h1").textContent, one(".top p").textContent];
  for (const head of all(".sheet h3")) {
    lines.push(head.textContent, all("li", head.nextElementSibling).map((line) => (one("span", line) || line).textContent).join(""));
  }
  const button = one("#copy");
  try {
    await navigator.clipboard.writeText(`${lines.join("\n")}\n`);
    button.textContent = "已复制";
  } catch { button.textContent = "此浏览器不让复制，请选中文字"; }
}

document.addEventListener("click", click);
document.addEventListener("keydown", press);
one("#search").addEventListener("input", search);
one("#domain").addEventListener("change", refilter);
one("#next").addEventListener("click", next);
one("#help").addEventListener("click", keys["?"]);
one("#print").addEventListener("click", () => print());
one("#copy").addEventListener("click", copy);
one("#with-text").addEventListener("change", (event) => document.body.classList.toggle("with-text", event.target.checked));
one(".digest").addEventListener("scroll", relocate, { passive: true });
addEventListener("scroll", relocate, { passive: true });
narrow.addEventListener("change", () => { clear(); locate(); });
locate();
addEventListener("hashchange", arrive);
document.addEventListener("DOMContentLoaded", arrive); // when the scripts after this one have drawn what they add
