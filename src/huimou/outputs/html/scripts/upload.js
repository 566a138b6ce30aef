"use strict";
// Uploading reports, each on its own so that a bad one stops no other, and watching what becomes of them.
const one = (query) => document.querySelector(query);
const data = JSON.parse(one("#data").textContent); // names of states, reasons and refusals; what is taken
const open = new Set(["waiting", "running"]);
const busy = new Set([401, 409, 429]); // the next file would be refused as well
let files = []; // { file, state: "" | "sending" | "taken" | "refused", said }
let timer = 0;

function make(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function findFault(file) { // why a file need not be sent at all
  const suffix = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
  if (!file.name.includes(".") || !data.suffixes.includes(suffix)) return data.refusals[415];
  if (!file.size) return data.refusals[400];
  return file.size > data.most ? data.refusals[413] : "";
}

function choose(list, folders) {
  files = files.filter((known) => known.state !== "taken");
  for (const file of list) {
    const fault = findFault(file);
    files.push({ file, name: file.name, state: fault ? "refused" : "", said: fault });
  }
  for (const name of folders) files.push({ name, state: "refused", said: "是文件夹，请打开后选其中的文件" });
  draw();
}

function drawLine(known) {
  const line = make("li", "");
  line.className = known.state === "refused" ? "unfit" : known.state;
  const said = { "": "待传", sending: "正在上传……", taken: "已收下", refused: `没有收下：${known.said}` }[known.state];
  line.append(make("b", known.name), " ", make("span", said));
  if (known.state !== "sending") {
    const drop = make("button", "移去");
    drop.type = "button";
    drop.setAttribute("aria-label", `移去 ${known.name}`);
    drop.addEventListener("click", () => { files = files.filter((other) => other !== known); draw(); });
    line.append(" ", drop);
  }
  return line;
}

function draw() {
  one("#chosen").replaceChildren(...files.map(drawLine));
  one("#chosen").hidden = !files.length;
  one("#send").disabled = !files.some((known) => !known.state) || files.some((known) => known.state === "sending");
}

async function send(known) { // whether the next one may be tried
  const body = new FormData();
  body.append("kind", one("#kind").value);
  body.append("style", one("#style").value);
  body.append("files", known.file);
  try {
    const answer = await fetch("./api/reports", { method: "POST", body });
    if (answer.ok && !answer.redirected) { known.state = "taken"; return true; }
    const status = answer.redirected || answer.status === 403 ? 401 : answer.status;
    known.said = data.refusals[status] ?? `服务不接受（${status}）`;
    known.state = busy.has(status) ? "" : "refused";
    if (known.state === "") one("#told").textContent = `${known.said}。`;
    return known.state !== "";
  } catch {
    known.state = "";
    one("#told").textContent = "连接不上服务，请稍后再传。";
    return false;
  }
}

async function sendAll() {
  one("#told").textContent = "正在上传……";
  let goes = true;
  for (const known of files.filter((each) => !each.state)) {
    known.state = "sending";
    draw();
    goes = await send(known);
    draw();
    watch();
    if (!goes) return;
  }
  const count = (state) => files.filter((known) => known.state === state).length;
  one("#told").textContent = `已收下${count("taken")}份${count("refused") ? `，${count("refused")}份没有收下` : ""}。`;
}

function cell(head, text) {
  const td = make("td", text);
  td.dataset.label = head;
  return td;
}

function row(job) {
  const tr = document.createElement("tr");
  const why = cell("说明", data.reasons[job.reason] ?? "");
  const rest = [job.message, ...job.notes].filter(Boolean);
  if (rest.length) {
    const more = document.createElement("details");
    more.append(make("summary", "详情"), ...rest.map((line) => make("p", line)));
    why.append(more);
  }
  tr.append(cell("文件", job.file), cell("名称", ""), cell("结果", data.states[job.status] ?? job.status),
    cell("单元", job.units ? `${job.units_done} / ${job.units}` : ""), why);
  if (job.status === "complete" || job.status === "partial") {
    const link = make("a", job.name);
    link.href = `./reports/${encodeURIComponent(job.name)}`;
    tr.cells[1].append(link);
  } else {
    tr.cells[1].textContent = job.name;
  }
  return tr;
}

const drawn = new Map(); // what was last drawn of each job, so that an opened line stays open

function show(jobs) {
  const rows = jobs.map((job) => {
    const now = JSON.stringify(job);
    const before = drawn.get(job.id);
    if (before?.now === now) return before.tr;
    const tr = row(job);
    drawn.set(job.id, { now, tr });
    return tr;
  });
  one("#jobs tbody").replaceChildren(...rows);
  one("#jobs").hidden = !jobs.length;
}

async function watch() {
  clearTimeout(timer);
  let jobs = null;
  try {
    const answer = await fetch("./api/jobs");
    if (answer.ok) jobs = await answer.json();
  } catch { /* the service is away for a moment */ }
  if (jobs) show(jobs);
  if (!jobs || jobs.some((job) => open.has(job.status))) timer = setTimeout(watch, 1000);
}

const drop = one("#drop");
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
  const folders = entries.filter((entry) => entry?.isDirectory).map((entry) => entry.name);
  choose([...event.dataTransfer.files].filter((file) => !folders.includes(file.name)), folders);
});
one("#files").addEventListener("change", (event) => { choose([...event.target.files], []); event.target.value = ""; });
one("#form").addEventListener("submit", (event) => { event.preventDefault(); sendAll(); });
watch();
