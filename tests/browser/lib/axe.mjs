/* axe-core in the page. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/* All that axe has for WCAG 2.2 A and AA and calls good practice; and what differs from one theme to the other. */
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
export const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

/* Findings of axe on the page as it stands, as sentences. */
export async function findings(page, place, runOnly = rules) {
  await page.evaluate(text => window.axe || eval(text), axe);
  const { violations, passes } = await page.evaluate(options => window.axe.run(document, options),
    { resultTypes: ["violations", "passes"], runOnly });
  assert.ok(passes.length > (runOnly === rules ? 10 : 0), `${place}: axe looked at the page`);
  return violations.flatMap(one => one.nodes.map(node => `${place}: ${one.id}: ${node.target.join(" ")}: ` +
    node.failureSummary.replace(/\s+/g, " ")));
}
