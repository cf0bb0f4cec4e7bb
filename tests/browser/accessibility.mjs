/*
 * Every page, with every state that it can be in: axe-core finds nothing, light and dark; what is pressed is at least 24 px in both
 * directions; nothing makes a page scroll sideways, down to 320 px and with text twice as large.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { colours, findings } from "./lib/axe.mjs";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { everyPage, publicPages, secondFactorPages } from "./lib/pages.mjs";
import { product as given } from "./lib/product.mjs";
import { refuse } from "./lib/refusals.mjs";

const product = given();
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/*
 * What is pressed and is too small. A link inside a sentence may be as low as its line (WCAG 2.5.8, inline); a box to tick is as large as
 * its label, which is pressed as well.
 */
function smallTargets(page, place) {
  return page.evaluate(place => {
    const inSentence = one => one.matches("a") && getComputedStyle(one).display === "inline" && [...one.parentNode.childNodes]
      .some(node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
    const small = [];
    for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")) {
      const whole = one.matches("[type=checkbox], [type=radio]") && one.labels.length > 0 ? one.labels[0] : one;
      const { width, height } = whole.getBoundingClientRect();
      if (!one.checkVisibility() || one.closest("[inert]") || one.matches(".skip:not(:focus)") || inSentence(one)) continue;
      if (width < 24 || height < 24)
        small.push(`${place}: ${one.outerHTML.slice(0, 160)} is ${width.toFixed(1)} × ${height.toFixed(1)}`);
    }
    return small;
  }, place);
}

/* How far the page scrolls sideways, by what. */
function sideways(page, place) {
  return page.evaluate(place => {
    const root = document.scrollingElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const guilty = [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > root.clientWidth + 1)
      .map(one => one.tagName.toLowerCase() + (one.className.baseVal ?? one.className ? "." + one.className : "")).slice(0, 5);
    return [`${place} at ${innerWidth} px: ${root.scrollWidth} px wide because of ${guilty.join(", ")}`];
  }, place);
}

/* 640 px is what a window of 1280 px shows at 200 %. */
const widths = [1280, 640, 360, 320];

async function look(page, place, faults) {
  await page.emulateMedia({ colorScheme: "dark" });
  faults.push(...await findings(page, `${place}, dark`, colours));
  await page.emulateMedia({ colorScheme: "light" });
  faults.push(...await findings(page, place), ...await smallTargets(page, place));
  for (const width of widths) {
    await page.setViewportSize({ width, height: width > 640 ? 900 : 640 });
    faults.push(...await sideways(page, place));
  }
  faults.push(...await smallTargets(page, `${place} at 320 px`));
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
  faults.push(...await sideways(page, `${place}, text twice as large`));
  await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
}

const none = faults => assert.deepEqual(faults, [], `${faults.length} findings`);

const run = (name, body) => test(name, () => visit(browser, product, { bypassCSP: true, reducedMotion: "reduce" }, body));

run("the pages before sign-in, help and errors", async ({ page }) => {
  const faults = [];
  for (const one of await publicPages(page, product)) {
    await page.goto(one.address);
    await look(page, one.address, faults);
  }
  await page.goto(product.base + "/sign-in");
  await page.getByLabel("E-mail").fill("nobody@example.org");
  await page.getByLabel("Password").fill("nothing at all");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator(".problem").waitFor();
  await look(page, "sign-in refused", faults);
  await page.goto(product.link(product.person("Lara Link")));
  await look(page, "one-time link", faults);
  none(faults);
});

run("every page, and every form when it is refused", async ({ page }) => {
  const faults = [], person = product.person("Ada Access");
  await signIn(page, product, person);
  const pages = await everyPage(page, product, person);
  for (const one of pages) {
    await page.goto(one.address);
    await look(page, one.route.path, faults);
    if (one.route.fields.length > 0 && await refuse(page, one.route))
      await look(page, `${one.route.path} refused`, faults);
  }
  const forms = pages.filter(one => one.route.fields.length > 0).length;
  assert.ok(forms >= 7, `${forms} forms were found`);
  none(faults);
});

run("with a second factor", async ({ page }) => {
  const faults = [], person = product.person("Fred Factor");
  await signIn(page, product, person);
  for (const one of await secondFactorPages(page, product, person)) {
    assert.equal((await one.open()).status(), one.status, one.name);
    await look(page, one.name, faults);
  }
  none(faults);
});

run("lists that are empty and full", async ({ page }) => {
  const faults = [], empty = product.person("Emma Empty"), full = product.person("Fiona Full");
  for (let i = 1; i <= 20; i++) product.credential(full, `agent-${i}`, ...i % 4 === 0 ? ["--expires", String(i)] : []);
  for (const person of [empty, full]) {
    await page.context().clearCookies();
    await signIn(page, product, person);
    await page.goto(product.base + "/settings/workspace");
    await look(page, `workspace of ${person.name}`, faults);
  }
  for (const theme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator("tbody tr").nth(3).hover();
    faults.push(...await findings(page, `a row under the pointer, ${theme}`, colours));
    await page.goto(product.base + "/settings/workspace");
    await page.getByRole("link", { name: /^Revoke agent-7/ }).hover();
    faults.push(...await findings(page, `an action under the pointer, ${theme}`, colours));
    await page.getByRole("link", { name: /^Revoke agent-7/ }).click();
    for (const button of [/^Revoke$/, /^Cancel$/]) {
      await page.getByRole("dialog").getByRole("button", { name: button }).hover();
      faults.push(...await findings(page, `the button ${button} under the pointer, ${theme}`, colours));
    }
    await page.keyboard.press("Escape");
    await page.waitForURL(/\/settings\/workspace/); // it goes back, which would break off what is opened next
    await page.goto(product.base + "/settings/profile/name");
    await page.getByRole("button", { name: "SAVE" }).hover();
    faults.push(...await findings(page, `the button SAVE under the pointer, ${theme}`, colours));
    await page.goto(product.base + "/settings/workspace");
  }
  none(faults);
});

run("the account menu open, a dialog open, its refusal, and the message after", async ({ page }) => {
  const faults = [], person = product.person("Olivia Open");
  product.credential(person, "one");
  await signIn(page, product, person);
  await page.goto(product.base + "/settings/workspace");
  await page.locator("details.account summary").click();
  await look(page, "account menu open", faults);
  await page.goto(product.base + "/settings/workspace");
  await page.getByRole("button", { name: "Create new credentials" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { level: 1 }).waitFor();
  await look(page, "dialog", faults);
  await dialog.getByLabel("Another number of days").check();
  await dialog.getByRole("button", { name: "Create new credentials" }).click();
  await dialog.locator(".problem").waitFor();
  await look(page, "dialog refused", faults);
  await dialog.locator("#days").fill("9");
  await dialog.getByRole("button", { name: "Create new credentials" }).click();
  await page.locator(".reveal").waitFor();
  const closed = page.locator("details.variant:not([open]) > summary");
  while (await closed.count() > 0) await closed.first().click();
  await look(page, "one-time page, everything open", faults);
  none(faults);
});

run("refusals of the product", async ({ page }) => {
  const faults = [], person = product.person("Renate Refusal");
  await signIn(page, product, person);
  for (const path of ["/settings/credentials/" + "0".repeat(32) + "/revoke", "/settings/workspace?ws=" + "0".repeat(32)]) {
    assert.equal((await page.goto(product.base + path)).status(), 404);
    await look(page, path, faults);
  }
  await page.goto(product.base + "/settings/profile/name");
  await page.evaluate(() => { document.querySelector("main [name=token]").value = "forged"; });
  await page.getByRole("button", { name: "SAVE" }).click();
  await page.locator(".problem").waitFor();
  await look(page, "forged form", faults);
  none(faults);
});

test("dark by hand and dark by the system are the same", async () => {
  const colours = page => page.evaluate(() => [...document.querySelectorAll("html, .top, .side a, main *, .foot")].map(one => {
    const style = getComputedStyle(one);
    return [one.tagName, style.color, style.backgroundColor, style.borderTopColor];
  }));
  const person = product.person("Dina Dark");
  let bySystem, byHand;
  await visit(browser, product, { colorScheme: "dark", bypassCSP: true }, async ({ page }) => {
    await signIn(page, product, person);
    bySystem = await colours(page);
  });
  await visit(browser, product, { colorScheme: "light", bypassCSP: true }, async ({ page }) => {
    await signIn(page, product, person);
    const light = await colours(page);
    await page.goto(product.base + "/settings/profile/appearance");
    await page.getByLabel("Dark").check();
    await page.getByRole("button", { name: "SAVE" }).click();
    await page.goto(product.base + "/settings/profile");
    byHand = await colours(page);
    assert.notDeepEqual(byHand, light);
  });
  assert.deepEqual(byHand, bySystem);
});
