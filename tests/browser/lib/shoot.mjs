/*
 * Pictures of every page, in the states that people meet, at 1280, 360 and 320 px, light and dark:
 * node tests/browser/lib/shoot.mjs OUTDIR [word that the name must have]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, signIn, visit } from "./browser.mjs";
import { everyPage, publicPages } from "./pages.mjs";
import { product as given } from "./product.mjs";
import { refuse } from "./refusals.mjs";

const [out, word = ""] = process.argv.slice(2);
const product = given(), browser = await launch();
mkdirSync(out, { recursive: true });

const fileName = address => address.replace(product.base, "").replace(/[?#].*/, "").replace(/\b[0-9a-f]{32}\b/g, "id")
  .replace(/\.html$/, "").replace(/^\/(static\/|settings\/(?=.))?/, "").replaceAll("/", "-") || "root";

/* The page as it is now, at every width. */
async function shoot(page, name, theme) {
  if (!name.includes(word)) return;
  for (const width of [1280, 360, 320]) {
    await page.setViewportSize({ width, height: width === 1280 ? 800 : 640 });
    await page.screenshot({ path: join(out, `${name}-${width}-${theme}.png`), fullPage: true, animations: "disabled" });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/* Things that exist only for a moment, or only with script. */
async function moments(page, theme, people) {
  for (const [name, person] of Object.entries(people)) {
    await page.context().clearCookies();
    await signIn(page, product, person);
    await page.goto(product.base + "/settings/workspace");
    await shoot(page, `workspace-with-${name}`, theme);
  }
  await page.locator("details.account summary").click();
  await shoot(page, "account-menu", theme);
  await page.keyboard.press("Escape");
  await page.goto(product.base + "/settings/workspace");
  await page.getByRole("button", { name: "Create new credentials" }).click();
  await page.locator("dialog h1").waitFor();
  await shoot(page, "dialog", theme);
  await page.locator("dialog").getByLabel("Another number of days").check();
  await page.locator("dialog").getByRole("button", { name: "Create new credentials" }).click();
  await page.locator("dialog .problem").waitFor();
  await shoot(page, "dialog-with-errors", theme);
  await page.goto(product.base + "/settings/profile/name");
  await page.getByLabel("Name").fill("Jane Q. Public");
  await page.getByRole("button", { name: "SAVE" }).click();
  await page.locator(".result").waitFor();
  await shoot(page, "profile-changed", theme);
}

const people = { twenty: product.person("Carol Twenty"), none: product.person("Alice Empty"),
  one: product.person("Bob One") };
product.credential(people.one, "laptop");
for (let i = 1; i <= 20; i++)
  product.credential(people.twenty, i % 4 === 0 ? "" : `agent-${i}`, ...i % 5 === 0 ? ["--expires", String(i)] : []);

for (const theme of ["light", "dark"]) {
  const jane = product.person("Jane Doe"), options = { colorScheme: theme };
  await visit(browser, product, { ...options, script: true }, async ({ page }) => {
    for (const one of await publicPages(page, product)) {
      await page.goto(one.address);
      await shoot(page, fileName(one.address), theme);
    }
  });
  await visit(browser, product, options, async ({ context, page }) => {
    await signIn(page, product, jane);
    for (const one of await everyPage(page, product, jane)) {
      await page.goto(one.address);
      await shoot(page, fileName(one.address), theme);
      if (one.route.fields.length > 0 && await refuse(page, one.route))
        await shoot(page, fileName(one.address) + "-refused", theme);
    }
    await moments(page, theme, people);
  });
}
await browser.close();
