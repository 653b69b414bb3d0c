// Describes what has the focus: what it is called, and whether a sighted person can tell.
const it = document.activeElement ?? document.body;
const style = getComputedStyle(it);
const outlined =
  style.outlineStyle === "auto" || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
const labels = [...(it.labels ?? [])].map((label) => label.innerText);
const name = it.getAttribute("aria-label") ?? (labels.join(" ") || it.innerText || it.title || "");

const box = it.getBoundingClientRect();
const x = box.left + box.width / 2;
const y = box.top + box.height / 2;
const top = document.elementFromPoint(x, y);
const uncovered = top !== null && (it.contains(top) || top.contains(it) || labels.includes(top.innerText));

return {
  tag: it.localName,
  name: name.trim(),
  shown: it.matches(":focus-visible") && (outlined || style.boxShadow !== "none"),
  in_view: uncovered,
};
