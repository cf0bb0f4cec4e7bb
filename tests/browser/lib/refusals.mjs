/* Brings a form to be refused, so that its error state can be looked at. */

/* Fields that take what people type; a box to tick cannot be wrong. */
export const typed = route => route.fields.filter(field => !["check", "hidden", "button"].includes(field.type));

/*
 * Fills every field of the form on this page with what its table does not allow, past the checks of the browser, and sends it. True
 * when the page says that there is a problem; false when the form has no field that can be wrong.
 */
export async function refuse(page, route) {
  const names = route.fields.map(field => field.name);
  const changed = await page.evaluate(({ fields, names }) => {
    const form = [...document.forms].find(one => names.every(name => one.elements[name] || name === "current"));
    if (!form) return false;
    form.noValidate = true;
    let wrong = false;
    for (const field of fields) {
      const control = form.elements[field.name];
      if (!control) continue;
      if (field.type === "choice") {
        for (const one of form.querySelectorAll(`[name="${field.name}"]`)) one.checked = false;
        wrong ||= field.required;
      } else if (!["check", "hidden", "button"].includes(field.type)) {
        const value = field.type === "number" ? "many" : field.required ? "" : "x".repeat(field.most + 1);
        control.removeAttribute("maxlength");
        if (field.type === "select") control.append(new Option("None of the list", value));
        control.value = value;
        wrong = true;
      }
    }
    return wrong;
  }, { fields: route.fields, names });
  if (!changed) return false;
  const form = page.locator(`form:has([name="${names[0]}"])`).last();
  await form.locator("button:not([type=button])").last().click();
  await page.locator(".problem").waitFor();
  return true;
}
