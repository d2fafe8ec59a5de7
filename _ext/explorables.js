// Fetch and run the code that draws explorables (203 KB compressed) when one of them is near and
// the reader has given a first sign; until then, and on paper, its still picture stands there.
{
  const script = Object.assign(document.createElement("script"), {
    src: new URL("vega.js", document.currentScript.src),
  });
  const watch = new IntersectionObserver(
    (seen) => {
      if (seen.some((one) => one.isIntersecting)) {
        watch.disconnect();
        document.head.append(script);
      }
    },
    { rootMargin: "1000px" },
  );
  const waiting = new AbortController();
  const begin = () => {
    waiting.abort();
    for (const figure of document.querySelectorAll(".explorable")) watch.observe(figure);
  };
  for (const sign of ["pointermove", "pointerdown", "keydown", "focusin", "scroll"]) {
    addEventListener(sign, begin, { signal: waiting.signal, passive: true });
  }
}
