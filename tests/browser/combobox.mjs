/*
 * Choosing members of a group with script: a combobox by the ARIA Authoring Practices (list autocomplete with manual selection), by
 * keyboard and by pointer (feature L5). Without script, and what the choice leads to, is in people.mjs.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { colours, findings } from "./lib/axe.mjs";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { product as given } from "./lib/product.mjs";

const product = given();
const host = product.person("Otto Host"), guests = ["Anna Arrow", "Bela Black", "Berta Blue"].map(name => product.person(name));
const options = page => page.getByRole("option");
const names = async page => (await options(page).allInnerTexts()).map(text => text.trim().split(/\s+/).slice(0, 2).join(" "));
const spoken = page => page.locator("#say").textContent();
let browser;

before(async () => {
  browser = await launch();
  for (const guest of guests)
    await visit(browser, product, { script: false }, async ({ page }) => {
      await signIn(page, product, guest);
      await page.goto(product.invited(host, guest));
      await page.getByRole("button", { name: "JOIN", exact: true }).click();
      await page.getByRole("heading", { level: 1, name: "WORKSPACES" }).waitFor();
    });
});
after(() => browser.close());

/* The form of a new group, in the dialog, with its combobox. */
const form = (name, body) => test(name, () => visit(browser, product, {}, async ({ page }) => {
  await signIn(page, product, host);
  await page.goto(product.base + "/settings/groups");
  await page.getByRole("button", { name: "+ ADD GROUP" }).click();
  const box = page.getByRole("combobox", { name: "Filter members by name" });
  await box.waitFor();
  const attribute = name => box.getAttribute(name), popup = page.getByRole("listbox", { name: "Members to choose from" });
  await body({ page, box, popup, attribute, isOpen: async () => await attribute("aria-expanded") === "true" && popup.isVisible(),
    active: async () => { const id = await attribute("aria-activedescendant"); return id && (await page.locator(`#${id}`).innerText()).split("\n")[0].trim(); } });
}));

form("L5: it says what it is, and is closed until one wants it", async ({ page, box, popup, attribute, isOpen }) => {
  assert.equal(await attribute("aria-autocomplete"), "list");
  assert.equal(await attribute("autocomplete"), "off");
  assert.equal(await attribute("aria-expanded"), "false");
  assert.equal(await popup.isVisible(), false);
  await box.focus();
  assert.equal(await isOpen(), false, "focus alone opens nothing");
  await box.click();
  assert.equal(await isOpen(), true, "a click shows the members");
  assert.equal(await attribute("aria-controls"), await popup.getAttribute("id"));
  assert.equal(await popup.getAttribute("aria-multiselectable"), "true");
  assert.deepEqual(await names(page), ["Anna Arrow", "Bela Black", "Berta Blue", "Otto Host"]);
  assert.equal(await page.locator("dialog").getByRole("checkbox").count(), 0, "nobody is chosen");
  assert.equal(await page.getByText("Nobody is chosen yet.").isVisible(), true);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400); // colours fade
    await box.press("ArrowDown");
    assert.deepEqual(await findings(page, `open, ${colorScheme}`), []);
    assert.deepEqual(await findings(page, `open, ${colorScheme}`, colours), []);
  }
});

form("L5: by keyboard: the arrows go round, Enter takes, Esc closes, and then the dialog", async ({ page, box, attribute, isOpen, active }) => {
  await box.focus();
  await box.press("ArrowDown");
  assert.equal(await isOpen(), true, "Down opens");
  assert.equal(await active(), "Anna Arrow", "and is at the first");
  await box.press("ArrowUp");
  assert.equal(await active(), "Otto Host", "before the first is the last");
  await box.press("ArrowDown");
  await box.press("ArrowDown");
  assert.equal(await active(), "Bela Black");
  await box.press("Enter");
  assert.equal(await isOpen(), true, "it stays open for the next one");
  assert.match(await spoken(page), /^Chosen: Bela Black/);
  assert.equal(await active(), "Berta Blue", "which is the active one");
  assert.deepEqual(await names(page), ["Anna Arrow", "Berta Blue", "Otto Host"]);
  assert.equal(await page.locator("dialog").getByRole("checkbox", { name: /Bela Black/ }).isChecked(), true);
  await box.press("Escape");
  assert.equal(await isOpen(), false, "Esc closes the list");
  assert.equal(await page.locator("dialog").isVisible(), true, "and not the dialog");
  await box.press("Alt+ArrowDown");
  assert.equal(await isOpen(), true, "Alt with Down opens");
  assert.equal(await attribute("aria-activedescendant"), "", "and is nowhere yet");
  await box.press("Alt+ArrowUp");
  assert.equal(await isOpen(), false, "Alt with Up closes");
  await box.press("ArrowUp");
  assert.equal(await active(), "Otto Host", "Up opens at the last");
  await box.press("Home");
  assert.equal(await attribute("aria-activedescendant"), "", "Home moves the caret: nobody is active");
  await box.press("Tab");
  assert.equal(await isOpen(), false, "Tab closes, and goes on");
  assert.equal(await page.evaluate(() => document.activeElement.closest("#chosen") !== null), true, "to who is chosen");
  await box.focus();
  await box.press("Escape");
  await page.locator("dialog").waitFor({ state: "hidden" });
});

form("L5: what is typed narrows the list; Enter then takes, and saves nothing", async ({ page, box, isOpen, active }) => {
  await box.pressSequentially("bE");
  await options(page).filter({ hasText: "Anna Arrow" }).waitFor({ state: "detached" });
  assert.deepEqual(await names(page), ["Bela Black", "Berta Blue"]);
  assert.equal(await spoken(page), "2 more people fit the filter.");
  assert.equal(await isOpen(), true);
  await box.press("ArrowDown");
  await box.press("Enter");
  assert.equal(await active(), "Berta Blue");
  await box.press("Enter");
  assert.deepEqual(await names(page), []);
  assert.equal(await active(), "");
  await box.press("Enter"); // nobody is active: it filters
  await page.getByText("Nobody else fits this filter.").waitFor();
  assert.equal(await page.locator("dialog").getByRole("checkbox").count(), 2, "both are chosen");
  assert.equal(await page.getByRole("button", { name: "Filter", exact: true }).isVisible(), false, "it narrows by itself");
});

form("L5: by pointer: the caret stays, a click elsewhere closes and still does what it does", async ({ page, box, isOpen }) => {
  await box.click();
  await page.getByRole("option", { name: /Anna Arrow/ }).click();
  await page.getByRole("option", { name: /Otto Host/ }).click();
  assert.equal(await isOpen(), true);
  assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
  await page.getByRole("checkbox", { name: /Anna Arrow/ }).uncheck();
  assert.equal(await isOpen(), false);
  await box.click();
  await page.getByLabel("Name", { exact: true }).fill("By pointer");
  await box.click();
  await page.getByRole("button", { name: "SAVE" }).click();
  await page.locator("main .result", { hasText: "The group “By pointer” is added." }).waitFor();
  assert.match(await page.locator("tbody tr", { hasText: "By pointer" }).innerText(), /Otto Host/);
});
