// Copyright (c) 2026 The rackspace.identity authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What is wrong with a page as Chromium shows it, and where its links lead. Runs in the page.
() => {
  const problems = [];
  const root = document.documentElement;
  const width = root.clientWidth;
  const name = (element) => {
    const words = (element.innerText || element.alt || "").trim().replace(/\s+/g, " ").slice(0, 60);
    return `<${element.tagName.toLowerCase()}> ${words}`;
  };
  const shown = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const cuts = (element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowX);
  const above = (element, wanted, end) => {
    let parent = element.parentElement;
    while (parent && parent !== end && !wanted(parent)) parent = parent.parentElement;
    return parent === end ? null : parent;
  };
  const content = document.querySelector("article, [role=main], main") || document.body;
  // That the content as a whole scrolls is no excuse for what is too wide.
  const scroller = (element) => above(element, scrolls, content);

  if (root.scrollWidth > width) problems.push(`The page is ${root.scrollWidth} wide, the window ${width}.`);
  for (const element of content.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    if (!box.width || !shown(element) || scroller(element)) continue;
    if (box.right > width + 1 || box.left < -1) problems.push(`Leaves the window: ${name(element)}`);
  }

  for (const item of content.querySelectorAll("li")) {
    const style = getComputedStyle(item);
    const inside = style.listStyleType === "none" || style.listStylePosition === "inside" || style.display !== "list-item";
    if (inside || !shown(item)) continue;
    const edge = above(item, (parent) => cuts(parent) || scrolls(parent), document.body);
    // A bullet and its distance from the text are about as wide as a letter is high.
    const left = item.getBoundingClientRect().left - parseFloat(style.fontSize);
    if (left < (edge ? edge.getBoundingClientRect().left : 0)) problems.push(`Its bullet is cut off: ${name(item)}`);
  }

  for (const code of content.querySelectorAll("pre")) {
    if (code.scrollWidth > code.clientWidth + 1 && !scrolls(code) && !scroller(code)) {
      problems.push(`Does not scroll: ${name(code)}`);
    }
  }

  const titles = [...document.querySelectorAll("h1")].filter(shown);
  // The theme's page for searches has none.
  if (titles.length !== 1 && !document.querySelector("#search-results")) problems.push(`The page has ${titles.length} titles.`);
  for (const title of titles) {
    if (title.scrollWidth > title.clientWidth + 1) problems.push(`Does not fit: ${name(title)}`);
  }

  const footer = document.querySelector("footer");
  const words = footer ? footer.innerText : "";
  for (const wanted of ["rackspace.identity", "General Public License"]) {
    if (!words.includes(wanted)) problems.push(`The footer does not say: ${wanted}`);
  }

  for (const picture of document.querySelectorAll("img")) {
    if (!picture.complete || !picture.naturalWidth) problems.push(`Does not load: ${picture.getAttribute("src")}`);
    if (!picture.alt.trim()) problems.push(`Has no words for those who do not see it: ${picture.getAttribute("src")}`);
  }

  // Contrast, as WCAG 2 asks for it: of text and what is behind it.
  const colour = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), alpha: parts.length > 3 ? parts[3] : 1 };
  };
  const light = ({ rgb }) => {
    const [r, g, b] = rgb.map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const found = colour(getComputedStyle(each).backgroundColor);
      if (found.alpha > 0.99) return found;
    }
    return colour("rgb(255, 255, 255)");
  };
  const seen = new Set();
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.getClientRects().length || !shown(element)) continue;
    const [front, back] = [colour(getComputedStyle(element).color), behind(element)];
    const [most, least] = [light(front), light(back)].sort((one, other) => other - one);
    const contrast = (most + 0.05) / (least + 0.05);
    const found = `Is hard to read, ${front.rgb} on ${back.rgb}`;
    if (contrast < 4.5 && !seen.has(found)) problems.push(`${found}: ${name(element)}`);
    seen.add(found);
  }
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  if (light(behind(content)) > 0.5 === dark) problems.push(`The page is not ${dark ? "dark" : "light"}.`);

  return {
    problems,
    ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
    links: [...document.querySelectorAll("a[href]")].map((link) => link.href),
  };
}
