"use strict";
// A page that `huimou serve` shows: remarks go to the folder's ledger as well, so that others see them.
const sent = one("#sent");
const unsent = new Set(); // ids
const pause = 5000; // milliseconds until what did not go through is sent again
let line = Promise.resolve(); // one after another, so that the last one said is the last one kept
let again = null;

async function put(id) {
  const said = remarks[id];
  const { of, checked, corrected, comment, reviewer, time } = said;
  const replaces = said.waits ? said.replaces : data.reviewed[id]?.time ?? null;
  const query = replaces === null ? "" : `?replaces=${encodeURIComponent(replaces)}`;
  const body = JSON.stringify({ id, of, checked, corrected, comment, reviewer, time });
  let why = "连接不上服务";
  try {
    const answer = await fetch(`${data.service}/${encodeURIComponent(id)}${query}`,
      { method: "PUT", headers: { "content-type": "application/json" }, body });
    const told = await answer.json();
    if (answer.ok) { settle(id, said, told); return; }
    if (answer.status === 409 && "present" in told) { unsent.delete(id); showConflict(id, told.present); return; }
    why = typeof told.detail === "string" ? told.detail : "服务不接受";
  } catch { /* said below */ }
  sent.textContent = `${unsent.size}项未存入服务（${why}），留在此浏览器，稍后再试。`;
}

function settle(id, said, kept) { // the service has it: with the service's time
  unsent.delete(id);
  const { of, checked, corrected, comment, reviewer, time } = kept;
  data.reviewed[id] = { of, checked, corrected, comment, reviewer, time };
  if (remarks[id] === said) remarks[id] = data.reviewed[id];
  else { remarks[id].replaces = time; unsent.add(id); } // more was said in the meantime
  save();
}

function showConflict(id, present) { // somebody else was first: the person decides which of the two stands
  const mine = remarks[id];
  const item = one(`#i-${CSS.escape(id)}`);
  if (!present) { // what this one replaces was taken back
    mine.replaces = null;
    mine.waits = true;
    save();
    send([id]);
    return;
  }
  data.reviewed[id] = { ...present, of: data.of[id] };
  const box = make("div", "");
  box.className = "conflict";
  box.setAttribute("role", "alert");
  const said = [present.checked ? data.words.checked : "", present.corrected ? `${data.words.corrected}：${present.corrected}` : "",
    present.comment ? `${data.words.comment}：${present.comment}` : ""].filter(Boolean).join("；");
  const theirs = make("button", "用这一份");
  const ours = make("button", "仍用我的");
  theirs.addEventListener("click", () => { remarks[id] = data.reviewed[id]; save(); draw(item); tally(); });
  ours.addEventListener("click", () => {
    remarks[id] = { ...mine, replaces: present.time, waits: true };
    save();
    draw(item);
    send([id]);
  });
  const row = make("p", "");
  row.append(theirs, " ", ours);
  box.append(make("p", `${present.reviewer || "另一位"}已先存入：${said}。您的留在此浏览器，尚未存入服务。`), row);
  one(".person", item).append(box);
  sent.textContent = `${id}已由他人核对，请选用哪一份。`;
}

function send(ids) {
  if (!ids.length) return line;
  for (const id of ids) { unsent.add(id); line = line.then(() => (unsent.has(id) ? put(id) : null)); }
  line = line.then(() => {
    clearTimeout(again);
    if (unsent.size) again = setTimeout(() => send([...unsent]), pause);
    else if (!one(".conflict")) sent.textContent = "已存入服务。";
  });
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
send(Object.keys(remarks).filter((id) => remarks[id] !== data.reviewed[id] && (remarks[id].waits || remarks[id].time !== data.reviewed[id]?.time)));
