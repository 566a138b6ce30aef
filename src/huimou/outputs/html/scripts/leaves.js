"use strict";
// The pages of the report as images, where the page has them: what is marked in the text is framed on its page.
const leaves = data.images || { pages: {}, boxes: {} };
const figure = one("#leaf");
const numbers = Object.keys(leaves.pages).map(Number);
let turned = 0; // number of the page that is shown

function svg(tag, values) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  return element;
}

function frames(page, all) { // boxes of sentences on one page
  return all.flatMap((n) => leaves.boxes[n] || []).filter((box) => box[0] === page).map((box) => box.slice(1));
}

function drawLeaf(page, boxes, label, view) {
  const [width, height, address] = leaves.pages[page];
  const drawing = svg("svg", { viewBox: (view || [0, 0, width, height]).join(" "), role: "img", "aria-label": label });
  drawing.append(svg("image", { href: address, width, height }));
  for (const [x0, top, x1, bottom] of boxes) {
    drawing.append(svg("rect", { x: x0 - 2, y: top - 2, width: x1 - x0 + 4, height: bottom - top + 4, rx: 2 }));
  }
  return drawing;
}

function turnTo(page, marked = []) {
  turned = page;
  const boxes = frames(page, marked);
  const named = marked.length ? `，框出第${marked.join("、")}句` : "";
  one(".sheet-of-it", figure).replaceChildren(drawLeaf(page, boxes, `原件第${page}页${named}`));
  one("output", figure).textContent = `第${page}页`;
  one(".back", figure).disabled = !numbers.some((number) => number < page);
  one(".forth", figure).disabled = !numbers.some((number) => number > page);
  const pane = one(".sheet-of-it", figure);
  const scale = pane.clientWidth / leaves.pages[page][0];
  if (boxes.length) {
    const middle = (Math.min(...boxes.map((box) => box[1])) + Math.max(...boxes.map((box) => box[3]))) / 2;
    pane.scrollTop = middle * scale - pane.clientHeight / 2;
  }
}

function cut(page, marked) { // on a narrow screen: only the lines, under the item
  const boxes = frames(page, marked);
  const top = Math.max(0, Math.min(...boxes.map((box) => box[1])) - 12);
  const bottom = Math.min(leaves.pages[page][1], Math.max(...boxes.map((box) => box[3])) + 12);
  const left = Math.max(0, Math.min(...boxes.map((box) => box[0])) - 12);
  const right = Math.min(leaves.pages[page][0], Math.max(...boxes.map((box) => box[2])) + 12);
  return drawLeaf(page, boxes, `原件第${page}页，第${marked.join("、")}句`, [left, top, right - left, bottom - top]);
}

function follow({ detail }) {
  const marked = all(".s.hit").map((span) => Number(span.id.slice(1)));
  const [box] = leaves.boxes[detail] || [];
  if (!box) return;
  const origin = one(".origin");
  if (narrow.matches && origin) origin.prepend(cut(box[0], marked));
  turnTo(box[0], marked);
}

function leafThrough(by) {
  const next = by > 0 ? numbers.find((number) => number > turned) : numbers.findLast((number) => number < turned);
  if (next) turnTo(next);
}

if (numbers.length) {
  document.body.classList.add("leafed");
  turnTo(numbers[0]);
  one(".back", figure).addEventListener("click", () => leafThrough(-1));
  one(".forth", figure).addEventListener("click", () => leafThrough(1));
  document.addEventListener("placed", follow);
}
