"use strict";
// A page that `huimou serve` shows: remarks go to the folder's ledger as well, so that others see them.
const sent = one("#sent");
const unsent = new Set(); // ids
let line = Promise.resolve(); // one after another, so that the last one said is the last one kept

async function put(id) {
  const said = { id, ...remarks[id] };
  const { of, checked, corrected, comment, reviewer, time } = said;
  const body = JSON.stringify({ id, of, checked, corrected, comment, reviewer, time });
  let why = "连接不上服务";
  try {
    const answer = await fetch(`${data.service}/${encodeURIComponent(id)}`,
      { method: "PUT", headers: { "content-type": "application/json" }, body });
    if (answer.ok) { unsent.delete(id); return; }
    why = (await answer.json()).detail;
  } catch { /* said below */ }
  unsent.add(id);
  sent.textContent = `${unsent.size}项未存入服务（${typeof why === "string" ? why : "服务不接受"}），留在此浏览器，重新打开本页时再试。`;
}

function send(ids) {
  if (!ids.length) return line;
  for (const id of ids) { unsent.add(id); line = line.then(() => put(id)); }
  line = line.then(() => { if (!unsent.size) sent.textContent = "已存入服务。"; });
  return line;
}

async function apply() {
  await line;
  try {
    const answer = await fetch(`${data.service}/apply`, { method: "POST" });
    const said = await answer.json();
    sent.textContent = answer.ok
      ? `已并入摘要的文件：人工核对${said.checked}项${said.skipped.length ? `，${said.skipped.length}项的条目已变，未并入` : ""}。${
        said.notes.length ? "有人改过的简报没有改动，新稿另存在旁（.new.docx）。" : ""}`
      : `没有并入：${said.detail}`;
  } catch {
    sent.textContent = "没有并入：连接不上服务。";
  }
}

document.addEventListener("remarked", (event) => send(event.detail));
one("#apply").addEventListener("click", apply);
send(Object.keys(remarks).filter((id) => remarks[id] !== data.reviewed[id] && remarks[id].time !== data.reviewed[id]?.time));
