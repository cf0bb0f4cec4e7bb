/*
 * Configuration in Chromium, with script and without: switches that submit themselves, the list of hidden arguments in its dialog,
 * the scale on dense screens, foreign content that is blocked, a tip; and the chapter of the customer's pages, switch by switch, with what
 * each does.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, signIn, visit } from "./lib/browser.mjs";
import { ownProduct, product as given } from "./lib/product.mjs";

const product = given();
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const run = (name, body, options = {}) => test(name, () => visit(browser, product, options, body));
const path = product.base + "/settings/configuration";
const box = (page, name) => page.getByRole("switch", { name });
const result = page => page.locator("main .result p");
const focused = page => page.evaluate(() => document.activeElement.id);
const hidden = "Show Hidden Projects", examples = "Don't show ClearML examples", block = "Block running user's scripts in the browser";
const scale = "Disable HiDPI browser scale override", list = "Hide specific container arguments";

async function open(page, name) {
  const person = product.person(name);
  await signIn(page, product, person);
  await page.goto(path);
  await page.evaluate(() => { window.sameDocument = true; });
  return person;
}

run("C1, C3: a switch submits itself, in place, and keeps the focus", async ({ page }) => {
  await open(page, "Sina Switch");
  await box(page, hidden).focus();
  await page.keyboard.press("Space");
  await result(page).waitFor();
  assert.equal(await result(page).innerText(), `“${hidden}” is on.`);
  assert.equal(await page.locator("#say").innerText(), `“${hidden}” is on.`, "it is read out");
  assert.equal(await focused(page), "show_hidden", "the focus stays on the switch");
  assert.equal(await page.evaluate(() => window.sameDocument), true, "without loading the page");
  await page.reload();
  assert.equal(await box(page, hidden).isChecked(), true, "it is stored");
  const length = await page.evaluate(() => history.length);
  for (const on of [true, false, true]) {
    await box(page, examples).click();
    await page.getByText(`“${examples}” is ${on ? "on" : "off"}.`).first().waitFor();
  }
  assert.equal(await page.evaluate(() => history.length), length, "no page more in the history");
  assert.equal(await page.getByRole("button", { name: "SAVE" }).isVisible(), true, "SAVE is there too");
});

run("switches pressed faster than the server answers all count", async ({ page }) => {
  await open(page, "Fanny Fast");
  let answers = 0;
  await page.route(url => url.pathname === path, async route => {
    if (route.request().method() === "POST") {
      answers++;
      await new Promise(resolve => setTimeout(resolve, 400));
    }
    await route.continue();
  });
  await box(page, hidden).click();
  await page.waitForTimeout(100); // the request is under way
  await box(page, examples).click();
  await box(page, list).click();
  await box(page, list).click();
  await box(page, "Don't show pro tips periodically").click();
  await page.getByText(/“Don't show pro tips periodically” is on\./).first().waitFor();
  await page.waitForTimeout(500);
  await page.unroute(url => url.pathname === path);
  await page.reload();
  const state = {};
  for (const name of [hidden, examples, list, "Don't show pro tips periodically"]) state[name] = await box(page, name).isChecked();
  assert.deepEqual(Object.values(state), [true, true, true, true], JSON.stringify(state));
  assert.ok(answers >= 2, `${answers} posts`);
});

run("C4: on a dense desktop screen text is smaller until it is switched off; no other screen changes", async ({ context, page }) => {
  const size = async () => parseFloat(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize));
  const person = await open(page, "Hilda Density");
  assert.equal(await size(), 14);
  await box(page, scale).click();
  await result(page).waitFor();
  await page.waitForFunction(() => !window.sameDocument); // the whole page, because its frame changes
  assert.equal(await result(page).innerText(), `“${scale}” is on.`);
  assert.equal(await size(), 15);
  assert.equal(await page.locator("link[href*=hidpi]").count(), 0, "the rule is not sent");
  await page.goto(product.base + "/settings/profile");
  assert.equal(await size(), 15, "on every page");
  await visit(browser, product, { deviceScaleFactor: 2 }, async other => {
    await signIn(other.page, product, person);
    assert.equal(await other.page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "14px", "another browser");
  });
  for (const options of [{ deviceScaleFactor: 1 }, { deviceScaleFactor: 3, viewport: { width: 390, height: 800 } }])
    await visit(browser, product, options, async other => {
      await other.page.goto(product.base + "/sign-in");
      assert.equal(await other.page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "15px", JSON.stringify(options));
    });
}, { deviceScaleFactor: 2 });

run("C6: what is blocked does not load, and our own pages are whole", async ({ page }) => {
  await open(page, "Berta Block");
  await box(page, block).click();
  await result(page).waitFor();
  await page.waitForFunction(() => !window.sameDocument);
  assert.equal(await box(page, block).isChecked(), true);
  const tick = await page.evaluate(async () => {
    const probe = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
    document.querySelector("main form").append(probe);
    const picture = getComputedStyle(probe).backgroundImage.match(/^url\("(.*)"\)$/)[1];
    probe.remove();
    const answer = await fetch(picture);
    return [new URL(picture).origin === location.origin, answer.status, answer.headers.get("content-type").split(";")[0]];
  });
  assert.deepEqual(tick, [true, 200, "image/svg+xml"], "ticks of check-boxes are pictures of our own");
  const refused = await page.evaluate(() => new Promise(resolve => {
    const seen = [];
    document.addEventListener("securitypolicyviolation", event => seen.push(event.effectiveDirective));
    for (const [name, attributes] of [["img", { src: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" }], ["iframe", { src: "/static/favicon.svg" }],
      ["object", { data: "/static/favicon.svg" }], ["img", { src: "https://elsewhere.example/x.png" }]])
      document.body.append(Object.assign(document.createElement(name), attributes));
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    setTimeout(() => resolve([...seen, window.ran === undefined]), 500);
  }));
  assert.deepEqual(refused, ["img-src", "frame-src", "object-src", "img-src", "script-src-elem", true].sort((a, b) =>
    refused.indexOf(a) - refused.indexOf(b)), "pictures, frames, objects and scripts of others");
}, { expects: fault => /Refused to|Content Security Policy/.test(fault) });

/* What API clients of the person are served. */
async function served(person) {
  const { access_key: key, secret_key: secret } = person.pair ??= product.credential(person, "client");
  const answer = await fetch(`${product.url}/api/users.get_preferences`,
    { headers: { Authorization: "Basic " + Buffer.from(`${key}:${secret}`).toString("base64") } });
  return (await answer.json()).data.preferences;
}

/* Turns a switch over, and waits until the page says so; in a document that is new when it has to be. */
async function turn(page, script, name, on) {
  await box(page, name).setChecked(on);
  if (!script) await page.getByRole("button", { name: "SAVE" }).click();
  await page.locator("main .result", { hasText: `“${name}” is ${on ? "on" : "off"}.` }).waitFor();
  assert.equal(await box(page, name).isChecked(), on);
}

/* Every switch of the chapter: its row, label, what it is at first, its consequence as the page tells it, and what it does. */
const tips = "Don't show pro tips periodically", command = "docker run -e AWS_SECRET_ACCESS_KEY=abc -e PLAIN=def image";
const switches = [
  { row: "C1", name: hidden, first: false, tells: /infrastructure projects.*beside your own/, does: async (page, person, on) =>
    assert.equal(!!(await served(person)).rootProjects?.showHidden, on, "lists of projects show them, in every client") },
  { row: "C3", name: examples, first: false, tells: /[Ee]xample content.*left out/, does: async (page, person, on) =>
    assert.equal(!!(await served(person)).rootProjects?.hideExamples, on, "lists leave examples out, in every client") },
  { row: "C4", name: scale, first: false, tells: /normal scale of your desktop/, does: async (page, person, on) =>
    assert.equal(await page.locator("link[href*=hidpi]").count(), on ? 0 : 1, "the rule for dense screens") },
  { row: "C5", name: tips, first: false, tells: /tip .*after you sign in/, does: async (page, person, on) => {
    product.sql("UPDATE tip t JOIN person p ON p.id = t.person SET t.shown = t.shown - INTERVAL 4 DAY WHERE p.email = '" + person.email + "'");
    await page.context().clearCookies();
    await signIn(page, product, person);
    assert.equal(await page.getByText("Pro tip:").count(), on ? 0 : 1, "a tip at sign-in");
  } },
  { row: "C6", name: block, first: false, tells: /Debug samples, Hyper-Dataset frame previews.*reports are then not displayed/,
    does: async (page, person, on) => {
      const answer = await page.context().request.get(product.origin + path);
      assert.equal(/frame-src 'none'/.test(answer.headers()["content-security-policy"]), on, "the policy of every page");
    } },
  { row: "C7", name: list, first: true, tells: /\*{8}: CLEARML_API_SECRET_KEY, CLEARML_AGENT_GIT_PASS, AWS_SECRET_ACCESS_KEY, AZURE_STORAGE_KEY/,
    does: async (page, person, on) => assert.equal(product.run(["redact", "--email", person.email], command).trim(),
      on ? command.replace("abc", "********") : command, "what a log shows") },
];

for (const script of [true, false]) {
  const how = script ? "with script" : "without script";

  run(`C0 to C7, ${how}: the chapter, switch by switch`, async ({ page }) => {
    const person = await open(page, "Karl Chapter");
    await page.goto(product.base + "/settings/profile");
    await page.locator("nav.side").getByRole("link", { name: "Configuration" }).click();
    await page.getByRole("heading", { level: 2, name: "USER PREFERENCES", exact: true }).waitFor(); // C0
    const names = await page.getByRole("switch").evaluateAll(all => all.map(one => one.labels[0].textContent.trim()));
    assert.deepEqual(names, switches.map(one => one.name), "C0: its switches, in this order");
    const ghost = page.locator(".switch", { has: box(page, hidden) }).locator(".ghost");
    assert.equal((await ghost.innerText()).trim(), "Hidden project", "C2: the label of such projects");
    assert.match(await ghost.locator("svg use").getAttribute("href"), /#ghost$/, "C2: with a ghost");
    for (const { row, name, first, tells, does } of switches) {
      assert.equal(await box(page, name).isChecked(), first, `${row}: at first`);
      assert.match(await page.locator(".switch", { has: box(page, name) }).innerText(), tells, `${row}: says what it does`);
      await does(page, person, first);
      for (const on of [!first, first]) {
        await page.goto(path);
        await turn(page, script, name, on);
        await does(page, person, on);
        await page.goto(path);
        assert.equal(await box(page, name).isChecked(), on, `${row}: ${on ? "on" : "off"}, also later`);
      }
    }
  }, { script });

  run(`C0 to C8, ${how}: choose, SAVE, and it is so`, async ({ page }) => {
    await open(page, "Paula Plain");
    await box(page, hidden).check();
    if (!script) {
      await box(page, block).check();
      await page.getByRole("button", { name: "SAVE" }).click();
    }
    await result(page).waitFor();
    await page.goto(path);
    assert.equal(await box(page, hidden).isChecked(), true);
    assert.equal(await box(page, block).isChecked(), !script);
    assert.equal(await box(page, list).isChecked(), true);
    assert.equal(await page.getByText("Hidden project", { exact: true }).isVisible(), true);
  }, { script });

  run(`C7, C8, ${how}: the list is edited, tried, cancelled and saved`, async ({ page }) => {
    await open(page, "Rita Redact");
    const link = page.getByRole("link", { name: "Edit", exact: true });
    await link.click();
    await page.getByRole("heading", { name: "REDACTED ARGUMENTS" }).waitFor();
    assert.equal(await page.locator("dialog[open]").count(), script ? 1 : 0);
    const names = page.getByLabel("Names, one on each line");
    assert.match(await names.inputValue(), /^CLEARML_API_SECRET_KEY\n/);
    await page.locator("#argument").press("Enter");
    await page.locator("#argument-message").waitFor();
    assert.equal((await page.locator("#argument-message").innerText()).trim(), "Required");
    await page.locator("#argument").fill("MY_TOKEN");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => /\nMY_TOKEN$/.test(document.querySelector("#list").value));
    await page.getByLabel("Command line to try").fill("docker run -e MY_TOKEN='a b' -e MY_TOKENS=1 img");
    await page.getByRole("button", { name: "Show it redacted" }).click();
    await page.locator("#tried").waitFor();
    assert.equal(await page.locator("#tried").innerText(), "docker run -e MY_TOKEN=******** -e MY_TOKENS=1 img");
    if (script) assert.equal(await focused(page), "tried", "the focus goes to what was asked for");
    assert.match(await names.inputValue(), /MY_TOKEN$/, "the list is as it was edited");
    await page.getByRole("button", { name: "CANCEL" }).click();
    await page.getByRole("heading", { name: "Configuration" }).waitFor();
    await link.click();
    assert.doesNotMatch(await names.inputValue(), /MY_TOKEN/, "CANCEL keeps nothing");
    await names.fill("ONLY_THIS");
    await page.locator("form:has(#list)").getByRole("button", { name: "SAVE", exact: true }).click();
    await result(page).waitFor();
    assert.equal(await result(page).innerText(), "Logs hide the value of 1 argument.");
    await page.getByText("********: ONLY_THIS.").waitFor();
    assert.equal(await page.locator("dialog[open]").count(), 0);
  }, { script });

  run(`C5, ${how}: a tip after signing in, and no more of them`, async ({ context, page }) => {
    const person = product.person("Tina Tip");
    await signIn(page, product, person);
    assert.equal(await page.getByText("Pro tip:").count(), 0, "not at the first sign-in");
    await context.clearCookies();
    await signIn(page, product, person);
    await page.getByText("Pro tip:").waitFor();
    await page.getByRole("button", { name: "Don't show again" }).click();
    await page.getByText(/not shown any more/).first().waitFor();
    assert.equal(await box(page, "Don't show pro tips periodically").isChecked(), true);
    await page.locator("details.account summary").click();
    await page.getByRole("link", { name: "Pro tips" }).click();
    await page.getByRole("heading", { level: 1, name: "Pro tips" }).waitFor();
  }, { script });
}

test("C9: the choice of a self-hosted server, with script and without", async () => {
  const own = await ownProduct(product.build, "--edition", "self-hosted"), name = "Send anonymous usage data (Global setting)";
  try {
    const member = own.person("Mara Member"), administrator = own.person("Alma Admin", { administrator: true });
    for (const script of [true, false]) {
      await visit(browser, own, { script }, async ({ page }) => {
        await signIn(page, own, administrator);
        await page.goto("/settings/configuration");
        assert.equal(await box(page, name).isChecked(), false, "off at first");
        await turn(page, script, name, true);
        const says = await page.locator(".switch", { has: box(page, name) }).innerText();
        assert.match(says, /No address is configured, so it is only stored, and nothing is sent\./);
        assert.match(says, /Switched on .* by Alma Admin, at version [0-9.]+\./);
        await page.getByRole("link", { name: "See what is sent" }).click();
        await page.getByRole("heading", { name: "Anonymous usage data" }).waitFor();
        const report = JSON.parse(await page.locator("#report").innerText());
        assert.doesNotMatch(JSON.stringify(report), /Alma|Mara|example\.org/, "nobody's name");
        await page.locator("#report ~ .buttons").getByRole("button", { name: "Close" }).click();
        await box(page, name).waitFor();
        await visit(browser, own, { script }, async other => {
          await signIn(other.page, own, member);
          await other.page.goto("/settings/configuration");
          assert.equal(await box(other.page, name).isChecked(), true, "one choice for everybody");
          assert.equal(await box(other.page, name).isDisabled(), true, "which others cannot change");
          assert.match(await other.page.locator(".switch", { has: box(other.page, name) }).innerText(),
            /Only administrators of this server can change this: Alma Admin\./);
        });
        await turn(page, script, name, false);
      });
    }
  } finally {
    await own.stop();
  }
});
