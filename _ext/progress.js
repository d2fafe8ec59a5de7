// Where a reader is and what is done. All of it stays in this browser, and a page without this
// script lacks nothing but the marks. progress.py fills in the exercises of each chapter.
{
  const EXERCISES = {};
  // In the edition's language; words.js has what is not English.
  const say = (text, values) =>
    (window.courseWords?.[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const KEY = "softmax-course:";
  const PLACE = "place" + document.documentElement.lang.replace("en", "");
  const nameOf = (url) => new URL(url).pathname.match(/([^/]*?)(\.html)?$/)[1];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
  const here = nameOf(location.href);
  const exercisesOf = (page) => EXERCISES[page]?.split(" ") ?? [];

  // A browser may refuse to store anything, and what is stored may be damaged.
  const attempt = (action) => {
    try {
      return action();
    } catch {}
  };
  const stored = (name) => attempt(() => JSON.parse(localStorage.getItem(KEY + name)));
  const keys = () =>
    (attempt(() => Object.keys(localStorage)) ?? []).filter((key) => key.startsWith(KEY));

  // The entries of the page's contents, each with what it leads to.
  const entries = all("#page-contents a").map((link) => ({
    link,
    title: link.textContent,
    section: document.getElementById(decodeURIComponent(link.hash.slice(1))),
  }));

  // The exercise of a section is that of its first work cell, as the page was sent.
  const sections = new Map();
  for (const cell of all(".tag_exercise")) {
    const section = cell.closest("section");
    const [, name] = cell.textContent.match(/check\(["'](\w+)/) ?? [];
    if (!sections.has(section) && exercisesOf(here).includes(name)) sections.set(section, name);
  }

  const mark = (place, text, label) => {
    const sign = make("span", { className: "done", role: "img", ariaLabel: label });
    sign.textContent = text;
    place.insertBefore(sign, place.querySelector(".headerlink"));
  };

  const showDone = () => {
    const done = [stored("done") ?? []].flat();
    all(".done").forEach((sign) => sign.remove());
    for (const link of all(".bd-sidenav a, .course-map dt > a")) {
      const names = exercisesOf(nameOf(link.href));
      const count = names.filter((name) => done.includes(name)).length;
      const text = count === names.length ? "✓" : `${count}/${names.length}`;
      if (count) mark(link, text, say("{count} of {all} exercises done", { count, all: names.length }));
    }
    for (const [section, name] of sections) {
      if (!done.includes(name)) continue;
      mark(section.querySelector("h1, h2, h3, h4"), "✓", say("done"));
      const entry = entries.find((one) => one.section === section);
      if (entry) mark(entry.link, "✓", say("done"));
    }
  };

  const showPlace = () => {
    const line = document.querySelector(".go-on");
    const place = stored(PLACE);
    const chapter = all(".course-map dt > a").find(({ href }) => nameOf(href) === place?.page);
    line?.replaceChildren();
    if (!chapter) return;
    const [number] = chapter.textContent.split(".");
    const text = say("Go on where you stopped: chapter {number}, {title}", { number, title: place.title });
    line.append(make("a", { href: `${chapter.href}#${place.id}`, textContent: text }));
  };

  const offerToForget = () => {
    const offer = document.querySelector(".stored");
    const button = offer?.querySelector("button");
    if (!button) return;
    offer.hidden = !keys().length;
    button.onclick = () => {
      for (const key of keys()) localStorage.removeItem(key);
      document.dispatchEvent(new CustomEvent("course:done"));
      Object.assign(offer, { hidden: false, tabIndex: -1, textContent: say("Forgotten.") }).focus();
    };
  };

  const show = () => {
    showDone();
    showPlace();
    offerToForget();
  };
  show();
  document.addEventListener("course:done", show);
  addEventListener("storage", show);
  addEventListener("pageshow", (event) => event.persisted && show());

  // The current entry is the last that has passed a line below the header. In the last screen this
  // line sinks to the end of the window, so that short sections there have their turn.
  const LINE = 100;
  const bar = make("div", { className: "reading-progress" });
  if (EXERCISES[here]) document.body.append(bar);
  let current, chosen, waiting, saving;

  const locate = () => {
    waiting = false;
    const { scrollTop, scrollHeight, clientHeight } = document.documentElement;
    const way = scrollHeight - clientHeight;
    bar.style.width = `${way && (100 * scrollTop) / way}%`;
    const last = Math.min(way, clientHeight);
    const sunk = last && Math.max(0, 1 - (way - scrollTop) / last);
    const line = LINE + sunk * (clientHeight - LINE);
    const passed = ({ section }) => section.getBoundingClientRect().top <= line;
    const entry = chosen ?? entries.findLast(passed) ?? entries[0];
    if (!entry || entry === current) return;
    current = entry;
    for (const { link } of entries) {
      link.classList.toggle("active", link === entry.link);
      link.ariaCurrent = link === entry.link ? "true" : null;
      link.parentElement.classList.toggle("active", link.parentElement.contains(entry.link));
    }
    const box = entry.link.closest(".bd-sidebar-secondary");
    const [top, above] = [entry.link, box].map((part) => part?.getBoundingClientRect().top);
    if (top < above || top > above + box?.clientHeight - 50) box.scrollTop += top - above - 100;
  };

  const save = () => {
    const place = { page: here, id: current.section.id, title: current.title };
    attempt(() => localStorage.setItem(KEY + PLACE, JSON.stringify(place)));
  };

  if (entries.length) {
    // An entry that the reader has followed stays current until the next move of their own.
    const choose = (hash) => {
      chosen = entries.find(({ link }) => hash && link.hash === hash);
      locate();
    };
    addEventListener("click", ({ target }) => {
      const link = target.closest?.("a");
      if (link?.hash && nameOf(link.href) === here) choose(link.hash);
    });
    for (const move of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(move, () => (chosen = undefined), { passive: true });
    }
    const later = () => {
      waiting ||= requestAnimationFrame(locate);
      clearTimeout(saving);
      if (EXERCISES[here]) saving = setTimeout(save, 300);
    };
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", later);
    requestAnimationFrame(() => choose(location.hash)); // it measures: not before the first layout
  }
}
