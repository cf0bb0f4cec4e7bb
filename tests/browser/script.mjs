/* What the script adds: pages open in a dialog and are swapped in place, and nothing breaks when it cannot. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { product as given } from "./lib/product.mjs";

const product = given();
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const run = (name, body, options = {}) => test(name, () => visit(browser, product, options, body));
const dialog = page => page.getByRole("dialog");
const isOpen = page => page.locator("dialog").evaluate(one => one.open && one.matches(":modal"));
const focused = page => page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute("href") ||
  document.activeElement.textContent.trim());
const hasFocus = locator => locator.evaluate(one => one === document.activeElement);
const workspace = product.base + "/settings/workspace";
const press = (where, name) => where.getByRole("button", { name, exact: true }).click();

/* Sign in, and on to the Workspace page with one credential. */
async function prepare(page, name) {
  const person = product.person(name);
  product.credential(person, "one");
  await signIn(page, product, person);
  await page.goto(workspace);
  await page.evaluate(() => { window.sameDocument = true; });
  return person;
}

run("a link opens its page in a modal dialog, named by its heading", async ({ page }) => {
  await prepare(page, "Dana Dialog");
  await page.getByRole("link", { name: "Edit label one" }).click();
  await dialog(page).getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await isOpen(page), true);
  assert.equal(await dialog(page).getAttribute("aria-labelledby"), await dialog(page).locator("h1").getAttribute("id"));
  assert.equal(await focused(page), "label", "the first field has the focus");
  assert.match(page.url(), /\/settings\/credentials\/[0-9a-f]{32}\/label\?ws=/, "the address is that of the page");
  assert.match(await page.title(), /EDIT LABEL/);
  assert.equal(await page.evaluate(() => window.sameDocument), true);
  await page.reload();
  assert.equal(await page.locator("dialog[open]").count(), 0, "loaded again it is a page");
  await page.locator("main").getByRole("heading", { name: "EDIT LABEL" }).waitFor();
});

run("a refusal stays in the dialog, with the focus on the bad field; its link leads there", async ({ page }) => {
  await prepare(page, "Rosa Refused");
  await press(page, "Create new credentials");
  await dialog(page).getByLabel("Another number of days").check();
  await dialog(page).getByRole("textbox", { name: /^Label/ }).fill("kept as it was typed");
  await press(dialog(page), "Create new credentials");
  await dialog(page).locator(".problem").waitFor();
  assert.equal(await isOpen(page), true);
  assert.equal(await focused(page), "days");
  assert.match(await page.title(), /^Error: /);
  assert.equal(await dialog(page).getByRole("textbox", { name: /^Label/ }).inputValue(), "kept as it was typed");
  assert.equal(await dialog(page).getByLabel("Another number of days").isChecked(), true);
  await dialog(page).getByRole("textbox", { name: /^Label/ }).focus();
  await dialog(page).locator(".problem a").click();
  assert.equal(await focused(page), "days");
  assert.equal(await isOpen(page), true);
  await dialog(page).locator("#days").fill("5");
  await press(dialog(page), "Create new credentials");
  await page.locator("main .reveal").waitFor();
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.equal(await page.evaluate(() => window.sameDocument), true);
});

run("success closes the dialog, refreshes the page, says so, and the focus is where it was", async ({ page }) => {
  await prepare(page, "Sonja Success");
  const opener = page.getByRole("link", { name: "Edit label one" }), href = await opener.getAttribute("href");
  await opener.click();
  await dialog(page).getByRole("textbox", { name: /^Label/ }).fill("uno");
  await press(dialog(page), "SAVE");
  await page.locator("main").getByRole("row", { name: /uno/ }).waitFor();
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.equal(await hasFocus(page.getByRole("link", { name: "Edit label uno" })), true);
  assert.equal(await page.getByRole("link", { name: "Edit label uno" }).getAttribute("href"), href);
  assert.match(await page.locator("#say").textContent(), /is now “uno”/, "said by screen readers");
  assert.match(page.url(), /\/settings\/workspace\?/);
  assert.match(await page.title(), /^WORKSPACES/);
  assert.equal(await page.evaluate(() => window.sameDocument), true, "the page was not loaded again");
  await page.getByRole("link", { name: "Revoke uno" }).click();
  await press(dialog(page), "Revoke");
  await page.locator("main .empty").waitFor();
  assert.equal(await focused(page), await page.locator("main h1").textContent(), "the opener is gone: the heading");
});

for (const [name, close] of [
  ["Esc", page => page.keyboard.press("Escape")],
  ["CANCEL", page => dialog(page).getByRole("button", { name: "CANCEL" }).click()],
  ["Back", page => page.goBack()],
]) {
  run(`${name} closes the dialog: title, address and focus are as before`, async ({ page }) => {
    await prepare(page, "Carla Closes");
    const title = await page.title(), opener = page.getByRole("link", { name: "Rotate one" });
    await opener.click();
    await dialog(page).getByRole("heading", { level: 1 }).waitFor();
    await close(page);
    await page.waitForFunction(() => !document.querySelector("dialog").open);
    await page.waitForURL(new RegExp(`${workspace}$`));
    assert.equal(await page.title(), title);
    assert.equal(await hasFocus(opener), true);
    assert.equal(await page.locator("dialog").innerHTML(), "");
    await opener.click();
    await dialog(page).getByRole("heading", { level: 1 }).waitFor();
    assert.equal(await page.evaluate(() => window.sameDocument), true);
  });
}

run("Back and Forward through dialogs and results", async ({ page }) => {
  await prepare(page, "Hilda History");
  await page.getByRole("link", { name: "Edit label one" }).click();
  await dialog(page).getByRole("heading", { level: 1, name: "EDIT LABEL" }).waitFor();
  await page.goBack();
  await page.waitForFunction(() => !document.querySelector("dialog").open);
  await page.goForward();
  await dialog(page).getByRole("heading", { level: 1, name: "EDIT LABEL" }).waitFor();
  await dialog(page).getByRole("textbox", { name: /^Label/ }).fill("due");
  await press(dialog(page), "SAVE");
  await page.locator("main").getByRole("row", { name: /due/ }).waitFor();
  await page.goBack();
  await page.waitForURL(new RegExp(`${workspace}$`));
  await page.locator("main .result").waitFor({ state: "detached" }); // the message belongs to the page after
  await page.locator("main").getByRole("row", { name: /due/ }).waitFor();
  await page.goForward();
  await page.waitForURL(/done=/);
  await page.locator("main .result").waitFor();
  assert.equal(await page.getByRole("navigation", { name: "Settings", exact: true }).isVisible(), true);
});

run("with a modifier key a link is the browser's", async ({ context, page }) => {
  await prepare(page, "Tina Tab");
  const [tab] = await Promise.all([context.waitForEvent("page"),
    page.getByRole("link", { name: "Edit label one" }).click({ modifiers: ["Control"] })]);
  await tab.locator("main").getByRole("heading", { name: "EDIT LABEL" }).waitFor();
  assert.equal(await tab.locator("details.account").count(), 1, "a whole page");
  assert.equal(await page.locator("dialog[open]").count(), 0);
});

run("when a fragment does not arrive, links and forms do what they do without script", async ({ page }) => {
  await prepare(page, "Nora Network");
  let failed = 0;
  await page.route(() => true, route => {
    if (route.request().headers()["x-fragment"] !== "1") return route.continue();
    failed++;
    return route.abort("connectionreset");
  });
  await page.getByRole("link", { name: "Edit label one" }).click();
  await page.locator("main").getByRole("heading", { name: "EDIT LABEL" }).waitFor();
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await page.locator("main").getByRole("textbox", { name: /^Label/ }).fill("by hand");
  await press(page, "SAVE");
  await page.getByRole("row", { name: /by hand/ }).waitFor();
  assert.equal(failed, 1, "the link was tried with script first; the form is then one of a page, and the browser's");
  await page.goto(product.base + "/settings/configuration");
  await press(page, "SAVE");
  await page.getByText("Nothing was changed.").first().waitFor();
  assert.equal(failed, 2, "a form of a page that stays was tried with script first");
}, { expects: fault => fault.includes("net::ERR_CONNECTION_RESET") });

run("an answer lost after the server has acted: sent again, done once", async ({ page }) => {
  const person = await prepare(page, "Laura Lost");
  await press(page, "Create new credentials");
  await dialog(page).getByRole("textbox", { name: /^Label/ }).fill("lost and found");
  let lost = 0;
  await page.route(() => true, async route => {
    const request = route.request();
    if (request.method() !== "POST" || request.headers()["x-fragment"] !== "1") return route.continue();
    assert.equal((await route.fetch({ maxRedirects: 0 })).status(), 303);
    lost++;
    return route.abort("connectionreset");
  });
  await press(dialog(page), "Create new credentials");
  await page.locator("main .reveal").waitFor();
  assert.equal(await page.getByLabel("Credentials label").inputValue(), "lost and found");
  assert.equal(lost, 1);
  assert.deepEqual(product.credentials(person).map(row => row[1]).sort(), ["lost and found", "one"]);
}, { expects: fault => fault.includes("net::ERR_CONNECTION_RESET") });

run("signed out meanwhile: a link leads to the sign-in page, a form shows what was typed", async ({ context, page }) => {
  const person = await prepare(page, "Odette Out");
  await press(page, "Create new credentials");
  await dialog(page).getByRole("textbox", { name: /^Label/ }).fill("typed before the end");
  await context.clearCookies();
  await press(dialog(page), "Create new credentials");
  await page.getByRole("heading", { level: 1, name: "You have been signed out" }).waitFor();
  assert.match(await page.locator("dialog, main").filter({ hasText: "You have been signed out" }).innerText(),
    /typed before the end/);
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.locator("main").getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.deepEqual(product.credentials(person).map(row => row[1]), ["one"]);
});

run("the account menu closes by a click elsewhere and when a dialog opens", async ({ page }) => {
  await prepare(page, "Meg Menu");
  const menu = page.locator("details.account"), isMenuOpen = () => menu.evaluate(one => one.open);
  await menu.locator("summary").click();
  assert.equal(await isMenuOpen(), true);
  await page.locator("main h1").click();
  assert.equal(await isMenuOpen(), false);
  await menu.locator("summary").click();
  await menu.getByRole("link", { name: "Appearance" }).click();
  await dialog(page).getByRole("heading", { name: "Appearance" }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !document.querySelector("dialog").open);
  assert.equal(await page.locator("main").getByRole("heading", { name: "WORKSPACES" }).isVisible(), true);
});

/* Presses Tab until the focus is on what the text says; every stop on the way must be visible and inside the page. */
async function tabTo(page, wanted, most = 60) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
      return { text: (one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || "").replace(/\s+/g, " ").trim(),
        seen: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
        ring: style.outlineStyle !== "none" || style.boxShadow !== "none" || one === document.body };
    });
    assert.equal(stop.seen, true, `the focus went to "${stop.text}", which cannot be seen`);
    assert.equal(stop.ring, true, `the focus on "${stop.text}" cannot be seen`);
    if (stop.text.startsWith(wanted)) return i + 1;
  }
  throw new Error(`Tab does not reach "${wanted}"`);
}

for (const script of [true, false]) {
  run(`by keyboard alone, script ${script ? "on" : "off"}`, async ({ page }) => {
    const person = product.person("Kim Keys"), keys = page.keyboard;
    await page.goto(product.base + "/sign-in");
    await tabTo(page, "Skip to content");
    await tabTo(page, "E-mail");
    await keys.type(person.email);
    await keys.press("Tab");
    await keys.type(person.password);
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Profile" }).waitFor();
    await tabTo(page, "Workspace");
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "WORKSPACES" }).waitFor();
    await tabTo(page, "Create new credentials");
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "CREATE CREDENTIALS" }).waitFor();
    if (!script) await tabTo(page, "Label"); // with script the focus is there
    await keys.type("by keys");
    await tabTo(page, "Never");
    await keys.press("ArrowDown");
    await keys.press("ArrowDown");
    await tabTo(page, "Create new credentials");
    await keys.press("Enter");
    await page.locator(".reveal").waitFor();
    await tabTo(page, "JUPYTER NOTEBOOK");
    await keys.press("Enter");
    assert.equal(await page.getByRole("textbox", { name: "JUPYTER NOTEBOOK" }).isVisible(), true);
    await tabTo(page, "Credentials label");
    await keys.press("Control+A");
    await keys.type("by many keys");
    await keys.press("Enter");
    await page.getByText("The label is updated.").first().waitFor();
    await tabTo(page, "Done");
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "WORKSPACES" }).waitFor();
    await tabTo(page, "Revoke by many keys");
    await keys.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Are you sure?" }).waitFor();
    await tabTo(page, "Revoke");
    await keys.press("Enter");
    await page.getByText("are revoked.").first().waitFor();
    assert.deepEqual(product.credentials(person), []);
    await tabTo(page, "KK Kim Keys");
    await keys.press("Enter");
    await tabTo(page, "Logout");
    await keys.press("Enter");
    await page.getByText("You are signed out.").waitFor();
  }, { script });
}

run("what is announced as a button can be pressed with Space", async ({ page }) => {
  await prepare(page, "Stella Space");
  await page.getByRole("button", { name: "Create new credentials" }).focus();
  await page.keyboard.press("Space");
  await dialog(page).getByRole("heading", { name: "CREATE CREDENTIALS" }).waitFor();
  await dialog(page).getByRole("button", { name: "Cancel" }).focus();
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !document.querySelector("dialog").open);
});
