/*
 * WEB APP CLOUD ACCESS as people use it (D1-D13), in an installation whose operator lists a store for pictures: keys for a bucket of a
 * real S3-compatible store, an object shown with them, and what script blocking and wrong keys do to it. With script and without.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { ownProduct, product as given } from "./lib/product.mjs";
import { keys, picture, store } from "./lib/store.mjs";

let browser, product, samples, elsewhere;
before(async () => {
  [browser, samples, elsewhere] = await Promise.all([launch(), store("samples"), store("samples")]);
  product = await ownProduct(given().build, "--set", `image_endpoints=${samples.origin}`);
  await samples.put("debug/curve%20one.png", "image/png", picture(320, 200));
  await samples.put("log.txt", "text/plain", "first line\n");
  await elsewhere.put("debug/curve.png", "image/png", picture(30, 20));
});
after(async () => {
  await product.stop();
  await Promise.all([browser.close(), samples.stop(), elsewhere.stop()]);
});

const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).first().waitFor();
const result = page => page.locator("main .result").first().innerText();
const form = page => page.locator('form[action*="/settings/cloud-access/"]');
const save = page => form(page).getByRole("button", { name: "SAVE" }).click();
const wide = page => page.locator("main figure img").evaluate(image => image.complete ? image.naturalWidth :
  new Promise(resolve => { image.onload = image.onerror = () => resolve(image.naturalWidth); }));

async function addKeys(page, row) {
  await page.goto(product.base + "/settings/configuration");
  await page.getByRole("button", { name: "+ ADD ACCESS KEYS" }).click();
  for (const [label, text] of Object.entries(row)) await form(page).getByLabel(label).first().fill(text);
  await save(page);
  await heading(page, "WEB APP CLOUD ACCESS");
  await page.locator("main .result").first().waitFor();
}

async function showObject(page, object) {
  await page.goto(product.base + "/settings/cloud-access/object");
  await page.getByLabel("Object").fill(object);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.locator("#link").waitFor();
}

const row = site => ({ Bucket: "samples", Key: keys.key, "Secret / SAS": keys.secret, "Host (Endpoint)": site.host });

for (const script of [true, false]) {
  const walk = (name, body) => test(name, () => visit(browser, product, { script }, body));

  describe(`script ${script ? "on" : "off"}`, () => {
    walk("D1-D10: keys are added, and an object is shown with them", async ({ page }) => {
      const person = product.person("Clara Cloud");
      await signIn(page, product, person);
      await addKeys(page, row(samples));
      assert.match(await result(page), /The access keys for samples at 127\.0\.0\.1:\d+ are added\./);
      const cells = page.locator("tbody tr").first().locator("th, td");
      assert.deepEqual((await cells.allInnerTexts()).slice(0, 5).map(text => text.trim()), ["samples", "set", "set", "not set", "default"]);
      assert.equal((await page.content()).includes(">" + keys.secret + "<"), false);

      await page.getByRole("link", { name: /^Show an object: samples/ }).click();
      await page.getByLabel("Object").fill("debug/curve one.png");
      await page.getByRole("button", { name: "Show", exact: true }).click();
      await page.locator("main figure img").waitFor();
      assert.equal(await wide(page), 320, "the picture is there");
      const link = await page.locator("#link").getAttribute("href");
      const answer = await fetch(link);
      assert.equal(answer.status, 200, "the store takes the signature");
      assert.equal(answer.headers.get("content-type"), "image/png");
      assert.equal((await fetch(link.replace(/X-Amz-Signature=..../, "X-Amz-Signature=0000"))).status, 403, "and no other");
      assert.equal((await fetch(link.replace("curve", "curves"))).status, 403, "for this object alone");

      await showObject(page, `s3://${samples.host}/samples/log.txt`);
      assert.equal(await page.locator("main img").count(), 0);
      assert.equal(await (await fetch(await page.locator("#link").getAttribute("href"))).text(), "first line\n");
    });

    walk("D4: wrong keys show no picture, and can be changed", async ({ page }) => {
      await signIn(page, product, product.person("Wanda Wrong"));
      await addKeys(page, { ...row(samples), "Secret / SAS": "another secret".replace(" ", "-") });
      await showObject(page, "debug/curve one.png");
      assert.equal(await wide(page), 0);
      await page.goto(product.base + "/settings/cloud-access");
      await page.getByRole("link", { name: /^Edit: samples/ }).click();
      await form(page).getByLabel("Secret / SAS").fill(keys.secret);
      await save(page);
      await page.getByText("are changed").first().waitFor();
      await showObject(page, "debug/curve one.png");
      assert.equal(await wide(page), 320);
    });

    walk("D1, Q18: with user's scripts blocked a note stands for the picture", async ({ page }) => {
      await signIn(page, product, product.person("Bruno Block"));
      await addKeys(page, row(samples));
      await page.goto(product.base + "/settings/configuration");
      await page.getByRole("switch", { name: "Block running user's scripts in the browser" }).check();
      if (!script) await page.getByRole("button", { name: "SAVE" }).first().click();
      await page.getByText("“Block running user's scripts in the browser” is on.").first().waitFor();
      await showObject(page, "debug/curve one.png");
      assert.equal(await page.locator("main img").count(), 0);
      assert.match(await page.locator("main .empty").innerText(), /not displayed here, because running user's scripts in the browser is blocked/);
      const policy = (await page.context().request.get(page.url())).headers()["content-security-policy"];
      assert.ok(!policy.includes(samples.origin), policy);
      assert.equal((await fetch(await page.locator("#link").getAttribute("href"))).status, 200, "the link still opens it");
    });

    walk("a store that the operator has not listed is not asked by the page", async ({ page }) => {
      await signIn(page, product, product.person("Nora Elsewhere"));
      await addKeys(page, row(elsewhere));
      const asked = [];
      page.on("request", request => { if (request.url().startsWith(elsewhere.origin)) asked.push(request.url()); });
      await showObject(page, "debug/curve.png");
      assert.equal(await page.locator("main img").count(), 0);
      assert.match(await page.locator("main .empty").innerText(), /has not listed/);
      assert.deepEqual(asked, []);
    });

    walk("D9: removing is confirmed", async ({ page }) => {
      await signIn(page, product, product.person("Rita Remove"));
      await addKeys(page, row(samples));
      await page.getByRole("link", { name: /^Remove: samples/ }).click();
      await page.getByText("Are you sure?").first().waitFor();
      await form(page).getByRole("button", { name: "CANCEL" }).click();
      await page.getByRole("link", { name: /^Remove: samples/ }).click();
      await form(page).getByRole("button", { name: "Remove", exact: true }).click();
      await page.getByText("are removed").first().waitFor();
      assert.equal(await page.locator("table").count(), 0);
    });
  });
}

test("Q12: a viewer of the same site reads one's own entries", () => visit(browser, product, {}, async ({ page }) => {
  await signIn(page, product, product.person("Vera Viewer"));
  await addKeys(page, row(samples));
  const { entries } = await page.evaluate(async path => (await fetch(path)).json(), product.base + "/settings/cloud-access/entries.json");
  assert.deepEqual(entries, [{ bucket: "samples", key: keys.key, secret: keys.secret, token: "", region: "", endpoint: samples.host,
    read_only: false }]);
}));
