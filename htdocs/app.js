/* What the pages do beyond plain HTML; every page works without this file. A link or form with data-into is fetched
 * with "X-Fragment: 1"; the answer, the content of <main>, goes into main, the dialog or the element of that id.
 * What is not our fragment, or does not arrive, is left to the browser. README.md has the contract. */
(() => { "use strict";
const byId = id => document.getElementById(id), main = byId("main"), dialog = byId("dialog"), say = byId("say");
const make = (name, properties) => Object.assign(document.createElement(name), properties);
const changing = "[data-live], [data-autosubmit] form"; // submitted while somebody types or chooses
const icons = document.currentScript.src.replace("app.js", "icons.svg"), place = () => location.pathname + location.search;
let shown = place(), title = document.title, opener = "", pending = null, typing = 0; // of main; href of the dialog; request; timer

/* Adds copy buttons: inside [data-copy=ID of a textarea], after [data-copy-text=TEXT]. */
function dress(root) {
  for (const spot of root.querySelectorAll("[data-copy], [data-copy-text]:not(summary *)")) {
    const { copy, copyText, label = "Copy", copied = "Copied" } = spot.dataset;
    const button = make("button", { type: "button", className: "copy " + (copy ? "secondary" : "plain"),
      innerHTML: `<svg class="icon" aria-hidden="true"><use href="${icons}#copy"/></svg><span></span>` });
    button.lastChild.append(label);
    button.onclick = () => {
      const area = make("textarea", { value: copy ? byId(copy).value : copyText });
      button.after(area); // not navigator.clipboard, which pages on plain http lack
      area.select();
      say.textContent = button.lastChild.textContent = document.execCommand("copy") ? copied : label;
      area.remove();
      button.focus();
      setTimeout(() => button.lastChild.textContent = label, 5000);
    };
    spot[copy ? "append" : "after"](button);
  }
  for (const popup of root.querySelectorAll("[data-choices]")) {
    const box = byId(popup.dataset.choices), list = popup.querySelector("ul");
    popup.classList.add("popup");
    attributes(list, { role: "listbox", "aria-multiselectable": "true" });
    attributes(box, { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id });
    [...list.children].forEach((option, index) => {
      attributes(option, { role: "option", "aria-selected": "false", id: `${list.id}-${index}` });
      option.querySelector("input").hidden = true;
    });
    unfold(box, box.getAttribute("aria-expanded") === "true"); // as it was before this answer
  }
}

/* A combobox with its popup, by the ARIA practices: the list is narrowed, one chooses by hand; "active" is what Enter takes. */
const attributes = (element, values) => Object.entries(values).forEach(pair => element.setAttribute(...pair));
const popupOf = box => box.id && document.querySelector(`[data-choices="${CSS.escape(box.id)}"]`);
const optionsOf = box => [...popupOf(box).querySelectorAll("[role=option]")];
function unfold(box, open, active) {
  popupOf(box).hidden = !open;
  attributes(box, { "aria-expanded": open, "aria-activedescendant": active ? active.id : "" });
  optionsOf(box).forEach(option => option.classList.toggle("active", option === active));
  active && active.scrollIntoView({ block: "nearest" });
}
function take(box, option, next) { // becomes a ticked box of the list of the chosen; the popup stays, for the next one
  const { chosen, taken } = popupOf(box).dataset, tick = option.querySelector("input");
  if (tick.disabled) return;
  ["role", "aria-selected", "id", "class"].forEach(name => option.removeAttribute(name));
  tick.hidden = !(tick.checked = true);
  byId(chosen).append(option);
  say.textContent = `${taken} ${option.textContent.trim()}`;
  unfold(box, true, next);
}
function steer(event, box) {
  const open = !popupOf(box).hidden, options = optionsOf(box), count = options.length, { key } = event;
  const at = options.findIndex(option => option.matches(".active")), down = key === "ArrowDown";
  if (down || key === "ArrowUp")
    event.altKey ? unfold(box, down) : unfold(box, true, options[down ? (at + 1) % count : (at < 1 ? count : at) - 1]);
  else if (key === "Enter" && at >= 0) take(box, options[at], options[at + 1] || options[at - 1]);
  else if (key === "Escape" && open) unfold(box, false);
  else return unfold(box, open && key !== "Tab"); // the caret moves or the text changes: nothing is active
  event.preventDefault();
}
const focusOn = goal => (goal.matches("a, button, input, select, textarea, summary") || (goal.tabIndex = -1), goal.focus());

/* Puts a fragment into its place, says its message, sets the focus. */
function show(into, html, name, keep) {
  const target = byId(into) || main, find = selector => target.querySelector(selector);
  const body = new DOMParser().parseFromString(html, "text/html").body, back = dialog.open;
  const was = keep && document.activeElement.form && document.activeElement.id;
  if (target === main) dialog.close(), document.querySelectorAll("details.account").forEach(menu => menu.open = false);
  target.replaceChildren(...(body.querySelector("#" + CSS.escape(into)) || body).childNodes);
  dress(target);
  const voice = find("[data-say], .result"), heading = find("h1") || target;
  say.textContent = voice ? voice.dataset.say || voice.textContent.trim() : "";
  if (target !== main && target !== dialog) return; // a part of the page, while typing: the caret stays where it is
  document.title = name || title;
  if (target === main) title = document.title;
  const bad = find("[aria-invalid=true]") || find(".problem") || find("[autofocus]") || was && byId(was);
  if (target === main) return focusOn(bad || back && find(`a[href="${CSS.escape(opener)}"]`) || heading);
  dialog.setAttribute("aria-labelledby", heading.id = heading.id || "dialog-title");
  dialog.open || dialog.showModal();
  focusOn(bad || find("form :is(input:not([type=hidden]), select, textarea)") || heading);
}

/* Fetches and shows; "plainly" does the same without script. */
async function load(url, into, plainly, { form, values, keep, stale } = {}) {
  const mine = { form, stop: new AbortController(), again: [] }, busy = dialog.open ? dialog : main;
  pending && pending.stop.abort();
  pending = mine;
  busy.setAttribute("aria-busy", "true");
  const answer = await fetch(url, { method: values ? "POST" : "GET", body: values, headers: { "X-Fragment": "1" },
    signal: mine.stop.signal }).catch(() => null);
  const html = answer && await answer.text().catch(() => null);
  if (pending !== mine) return; // a newer request took over
  pending = null;
  busy.removeAttribute("aria-busy");
  if (stale && stale()) return; // asked again with what was chosen meanwhile
  if (html === null || answer.headers.get("X-Fragment") !== "1")
    return answer && answer.redirected ? location.assign(answer.url) : plainly();
  if (values && answer.redirected && into === "dialog") into = "main"; // done: what it led to is a page of its own
  if (!values || answer.redirected) {
    const here = keep || dialog.open || answer.url === location.href;
    history[here ? "replaceState" : "pushState"]({ into }, "", answer.url);
    shown = into === "dialog" ? shown : place();
  }
  show(into, html, decodeURIComponent(answer.headers.get("X-Title") || ""), keep);
  mine.again.forEach(id => byId(id) && byId(id).click()); // changed meanwhile
}
document.addEventListener("click", event => {
  const option = event.target.closest("[role=option]");
  for (const popup of document.querySelectorAll(".popup")) {
    const box = byId(popup.dataset.choices);
    if (popup.contains(option)) event.preventDefault(), take(box, option);
    else if (event.detail > 0 || event.target === box) // not by Enter, which clicks the first button; not when focus leaves, else what
      unfold(box, event.target === box || popup.contains(event.target)); // is clicked would move away
  }
  const link = event.target.closest("a[href], [data-close]"), inside = dialog.contains(link);
  for (const menu of document.querySelectorAll("details.account"))
    menu.open = menu.open && (dialog.open || menu.contains(event.target));
  const { into, close } = link ? link.dataset : {}, jump = inside && !close && link.getAttribute("href")[0] === "#";
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !(into || jump || inside && close)) return;
  event.preventDefault();
  if (!into) return jump ? focusOn(dialog.querySelector(link.hash) || dialog) : dialog.close();
  opener = inside ? opener : link.getAttribute("href");
  load(link.href, into, () => location.assign(link.href));
});
document.addEventListener("submit", event => {
  const form = event.target, by = event.submitter || {};
  const { into, live } = { ...form.dataset, ...by.dataset };
  if (!into || into === "dialog" && !dialog.contains(form)) return; // a page of its own: the frame follows, too
  event.preventDefault();
  if (pending && pending.form === form && live === undefined) return; // pressed twice
  const filled = () => new URLSearchParams(new FormData(form)), values = filled(), url = form.getAttribute("action");
  const sent = String(values), stale = () => String(filled()) !== sent && !form.requestSubmit(event.submitter);
  by.name && values.append(by.name, by.value);
  const where = into === "main" && dialog.contains(form) ? "dialog" : into;
  const post = form.getAttribute("method") === "post";
  load(post ? url : url.split("?")[0] + "?" + values, where, () => {
    form.append(make("input", { type: "hidden", name: by.name || "", value: by.value || "" }));
    HTMLFormElement.prototype.submit.call(form);
  }, { form, keep: form.matches(changing), values: post ? values : null, stale: live !== undefined && stale });
});
document.addEventListener("mousedown", event => event.target.closest(".popup") && event.preventDefault()); // the caret stays in the box
document.addEventListener("input", event => {
  const box = event.target, spot = box.closest(changing), form = spot && box.form;
  popupOf(box) && unfold(box, true);
  const live = spot && spot.dataset.live !== undefined; // else a choice, which is submitted at once
  if (spot && !live && pending && pending.form === form) return pending.again.push(box.id);
  typing = clearTimeout(typing) || spot && setTimeout(() => form.requestSubmit(spot.querySelector("button[name]")), live ? 250 : 0);
});
document.addEventListener("keydown", event => {
  if (popupOf(event.target)) return event.isComposing || steer(event, event.target);
  if (event.key !== " " || !event.target.matches("a[role=button]")) return;
  event.preventDefault(); // Space presses what is announced as a button
  event.target.click();
});
dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  document.title = title;
  history.state && history.state.into === "dialog" && history.back();
});
addEventListener("popstate", event => {
  const into = event.state && event.state.into === "dialog" ? "dialog" : "main";
  if (into === "main" && place() === shown) return dialog.close(); // by Back, or a jump within the page
  load(location.href, into, () => location.reload(), { keep: true });
});
history.replaceState({ into: "main" }, ""), dress(document);
})();
