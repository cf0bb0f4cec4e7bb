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
}
const focusOn = goal => (goal.matches("a, button, input, select, textarea, summary") || (goal.tabIndex = -1), goal.focus());

/* Puts a fragment into its place, says its message, sets the focus. */
function show(into, html, name, keep) {
  const target = byId(into) || main, find = selector => target.querySelector(selector);
  const body = new DOMParser().parseFromString(html, "text/html").body, back = dialog.open;
  const was = keep && document.activeElement.form && document.activeElement.id;
  if (target === main) dialog.close();
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
document.addEventListener("input", event => {
  const box = event.target, spot = box.closest(changing), form = spot && box.form;
  const live = spot && spot.dataset.live !== undefined; // else a choice, which is submitted at once
  if (spot && !live && pending && pending.form === form) return pending.again.push(box.id);
  typing = clearTimeout(typing) || spot && setTimeout(() => form.requestSubmit(spot.querySelector("button[name]")), live ? 250 : 0);
});
document.addEventListener("keydown", event => event.key === " " && event.target.matches("a[role=button]") &&
  (event.preventDefault(), event.target.click())); // Space presses what is announced as a button
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
