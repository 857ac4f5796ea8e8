// Opens the flow in a headless Chromium and takes two pictures of the window, one below the other:
// a finding with the hover of its node, and the menu of fixes.

import { createRequire } from "node:module";

const [, , modules, executablePath, address, output] = process.argv;
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const width = 900;
const height = 450;

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: 2 });
  page.setDefaultTimeout(45_000);
  await page.goto(address);
  await page.waitForSelector(".monaco-workbench");
  await page.waitForTimeout(2500);

  const command = async (text) => {
    await page.keyboard.press("F1");
    await page.waitForSelector(".quick-input-widget .quick-input-box input");
    await page.keyboard.type(text);
    await page.waitForTimeout(700);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(700);
  };
  const goTo = async (place) => {
    await page.keyboard.press("Control+g");
    await page.waitForSelector(".quick-input-widget .quick-input-box input");
    await page.keyboard.type(place);
    await page.waitForTimeout(400);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(500);
  };

  await page.waitForSelector(".monaco-editor .view-lines");
  if (await page.locator(".part.sidebar").isVisible()) await command("View: Toggle Primary Side Bar Visibility");
  await page.locator(".monaco-editor .view-lines").first().click({ position: { x: 600, y: 40 } });
  await page.waitForSelector(".squiggly-error");
  await page.waitForTimeout(1500);
  await command("Notifications: Clear All Notifications");

  await goTo("26:12");
  await command("Show or Focus Hover");
  await page.waitForSelector(".monaco-hover:not(.hidden) .hover-row");
  await page.waitForTimeout(1500);
  const first = await page.screenshot();
  await page.keyboard.press("Escape");

  await goTo("21:13");
  await page.keyboard.press("Control+.");
  await page.waitForSelector(".action-widget");
  await page.waitForTimeout(1200);
  const second = await page.screenshot();

  const both = await browser.newPage({ viewport: { width, height: 2 * height + 12 }, deviceScaleFactor: 2 });
  const image = (bytes) => `<img src="data:image/png;base64,${bytes.toString("base64")}" width="${width}" height="${height}">`;
  await both.setContent(`<style>body { margin: 0 } img { display: block; margin-bottom: 12px }</style>${image(first)}${image(second)}`);
  await both.waitForTimeout(500);
  await both.screenshot({ path: output, omitBackground: true });
} finally {
  await browser.close();
}
