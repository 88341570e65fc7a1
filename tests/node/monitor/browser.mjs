// Chromium, with a page that writes down what must not happen: errors, and requests to other places.
import fs from 'node:fs';
import puppeteer from 'puppeteer-core';

const axeSource = fs.readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

export async function open(origin) {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-proxy-server', '--disable-background-networking'],
  });
  const page = await browser.newPage();
  const faults = [];
  page.on('console', message => ['error', 'warn'].includes(message.type()) && faults.push(`console: ${message.text()}`));
  page.on('pageerror', error => faults.push(`page: ${error.message}`));
  page.on('request', request => new URL(request.url()).origin === origin || faults.push(`request: ${request.url()}`));
  page.on('dialog', dialog => (faults.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  await look(page, 1280, 'light');
  return { browser, page, faults };
}

export async function look(page, width, scheme) {
  await page.setViewport({ width, height: width < 600 ? 812 : 900, deviceScaleFactor: 1 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
}

/** All rules of axe-core, in both colour schemes and at both widths; and nothing is wider than the page. */
export async function audit(page, where) {
  for (const [width, scheme] of [[1280, 'light'], [375, 'dark']]) {
    await look(page, width, scheme);
    // The page's policy lets no script in; the debugger's own world is outside of it.
    const found = await page.evaluate(`${axeSource};axe.run(document, { resultTypes: ['violations'] }).then(result => result.violations.map(
      fault => fault.id + ': ' + fault.nodes.map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | ')))`);
    check(found.length === 0, `axe, ${where}, ${width} ${scheme}:\n${found.join('\n')}`);
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(excess <= 0, `${where}: ${excess} pixels too wide at ${width}`);
  }
  await look(page, 1280, 'light');
}

export function check(isTrue, what) {
  if (!isTrue) throw new Error(what);
}

export const textOf = (page, selector) => page.$eval(selector, found => found.textContent);

/** Waits until a function that runs in the page says yes. */
export const until = (page, condition, ...values) => page.waitForFunction(condition, { timeout: 60_000, polling: 100 }, ...values);
