/* What people see while the programs behind the pages are killed: nothing. In a sandbox of its own. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { ownProduct, product as given } from "./lib/product.mjs";

let browser, product;
before(async () => {
  [browser, product] = await Promise.all([launch(), ownProduct(given().build)]);
});
after(async () => {
  await browser.close();
  await product.stop();
});

/* Kills one worker after another, each of these sections in turn, until it is stopped. Returns how many. */
function killer(sections, pause) {
  let going = true, killed = 0;
  const done = (async () => {
    while (going) {
      const workers = product.workers(sections[killed % sections.length]);
      if (workers.length > 0) {
        try {
          process.kill(workers[0], "SIGKILL");
          killed++;
        } catch { /* ended by itself */ }
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
    return killed;
  })();
  return () => { going = false; return done; };
}

for (const script of [true, false]) {
  test(`clicking on while workers are killed, script ${script ? "on" : "off"}`, () =>
    visit(browser, product, { script }, async ({ page }) => {
      const person = product.person("Kitty Kill"), workspace = product.base + "/settings/workspace";
      await signIn(page, product, person);
      await page.goto(workspace);
      const stop = killer(["credentials", "workspace", "profile"], 150);
      const labels = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
      for (const label of labels) {
        await page.getByRole("button", { name: "Create new credentials" }).click();
        await page.getByRole("textbox", { name: /^Label/ }).fill(label);
        await page.locator("form").getByRole("button", { name: "Create new credentials" }).click();
        await page.locator(".reveal").waitFor();
        await page.getByRole("button", { name: "Done", exact: true }).click();
        await page.getByRole("row", { name: new RegExp(label) }).waitFor();
      }
      for (const label of ["alpha", "gamma"]) {
        await page.getByRole("link", { name: `Revoke ${label}`, exact: true }).click();
        await page.getByRole("button", { name: "Revoke", exact: true }).click();
        await page.getByText(/The credentials .* are revoked/).first().waitFor();
      }
      for (let i = 1; i <= 3; i++) {
        await page.goto(product.base + "/settings/profile");
        await page.getByRole("link", { name: "Edit name" }).click();
        await page.getByLabel("Name", { exact: true }).fill(`Kitty ${i}`);
        await page.getByRole("button", { name: "SAVE" }).click();
        await page.getByText(`Your name is now “Kitty ${i}”.`).first().waitFor();
      }
      const killed = await stop();
      assert.ok(killed >= 10, `${killed} workers were killed`);
      assert.deepEqual(product.credentials(person).map(row => row[1]).sort(), ["beta", "delta", "epsilon", "zeta"]);
      await page.goto(product.base + "/settings/profile");
      assert.match(await page.locator("main .name").innerText(), /^Kitty 3/);
    }));
}

test("a worker killed within a double click: one credential", () =>
  visit(browser, product, { script: false }, async ({ page }) => {
    const person = product.person("Doris Killed"), pauses = [0, 5, 10, 20, 40];
    await signIn(page, product, person);
    for (const pause of pauses) {
      await page.goto(product.base + "/settings/workspace");
      await page.getByRole("button", { name: "Create new credentials" }).click();
      await page.getByRole("textbox", { name: /^Label/ }).fill(`after ${pause} ms`);
      const [worker] = product.workers("credentials");
      const clicked = page.locator("form").getByRole("button", { name: "Create new credentials" })
        .dblclick({ noWaitAfter: true });
      await new Promise(resolve => setTimeout(resolve, pause));
      process.kill(worker, "SIGKILL");
      await clicked;
      await page.locator(".reveal").waitFor();
    }
    assert.deepEqual(product.credentials(person).map(row => row[1]).sort(), pauses.map(one => `after ${one} ms`).sort());
  }));
