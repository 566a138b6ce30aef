"use strict";
// Uploading reports and watching what becomes of them.
const one = (query) => document.querySelector(query);
const states = JSON.parse(one("#data").textContent); // what a job's status is called
const open = new Set(["waiting", "running"]);
let timer = 0;

function cell(text) {
  const td = document.createElement("td");
  td.textContent = text;
  return td;
}

function row(job) {
  const tr = document.createElement("tr");
  tr.append(cell(job.file), cell(""), cell(states[job.status] ?? job.status),
    cell(job.units ? `${job.units_done} / ${job.units}` : ""), cell([job.message, ...job.notes].filter(Boolean).join("；")));
  if (job.status === "complete" || job.status === "partial") {
    const link = document.createElement("a");
    link.href = `./reports/${encodeURIComponent(job.name)}`;
    link.textContent = job.name;
    tr.cells[1].append(link);
  } else {
    tr.cells[1].textContent = job.name;
  }
  return tr;
}

async function watch() {
  clearTimeout(timer);
  let jobs = null;
  try {
    const answer = await fetch("./api/jobs");
    if (answer.ok) jobs = await answer.json();
  } catch { /* the service is away for a moment */ }
  if (jobs) {
    one("#jobs tbody").replaceChildren(...jobs.map(row));
    one("#jobs").hidden = !jobs.length;
  }
  if (!jobs || jobs.some((job) => open.has(job.status))) timer = setTimeout(watch, 1000);
}

one("#form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const told = one("#told");
  one("#send").disabled = true;
  told.textContent = "正在上传……";
  try {
    const answer = await fetch("./api/reports", { method: "POST", body: new FormData(event.target) });
    const said = await answer.json();
    told.textContent = answer.ok ? `已收下${said.length}份。` : `没有收下：${typeof said.detail === "string" ? said.detail : "请选择文件"}`;
    if (answer.ok) event.target.reset();
  } catch {
    told.textContent = "没有收下：连接不上服务。";
  }
  one("#send").disabled = false;
  watch();
});
watch();
