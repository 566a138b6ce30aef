"use strict";
// Light and dark, and what is kept in the browser; shared by all pages.
const one = (query, within = document) => within.querySelector(query);
const all = (query, within = document) => [...within.querySelectorAll(query)];
const data = JSON.parse(one("#data").textContent);
const keep = { // a browser may refuse storage; the page works without
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); return true; } catch { return false; } },
};
const themes = { auto: "自动", light: "浅色", dark: "深色" };

function make(tag, text) {
  const element = document.createElement(tag);
  if (tag === "button") element.type = "button";
  element.textContent = text;
  return element;
}

function dress(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  one("#theme").textContent = themes[name];
}

document.documentElement.classList.add("live");
let theme = keep.get("huimou-theme") in themes ? keep.get("huimou-theme") : "auto";
dress(theme);
one("#theme").addEventListener("click", () => {
  const names = Object.keys(themes);
  theme = names[(names.indexOf(theme) + 1) % names.length];
  keep.set("huimou-theme", theme);
  dress(theme);
});
