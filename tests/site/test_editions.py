"""Both editions are whole, lead to each other, and speak one language each."""

import re
from pathlib import Path

import pytest
from live_cells import cell, edited, open_live, run, shown
from page_log import Log
from playwright.sync_api import Page, expect
from translation import english_left

from conftest import PAGES, SPANISH, Visited

CHAPTER = "es/chapters/02_max_argmax_softmax.html"
TEXTS = """() => {
  const parts = [...document.querySelectorAll("body, header, nav, aside, footer, button, summary")];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, code, pre, math, [lang=en], cite, .bibtex"))
      texts.push(walker.currentNode.textContent);
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    if (!element.closest("[lang=en], [aria-hidden=true], svg, a[href*=references]"))
      for (const name of ["aria-label", "title", "placeholder", "alt"])
        texts.push(element.getAttribute(name) ?? "");
  return texts.map(text => text.trim()).filter(Boolean);
}"""
# What the themes and tools say, where the list of common English words would not notice.
THEIRS = re.compile(
    r"\b(Search|Copy|Close|Toggle|Skip|Back|Light|Dark|Page|Contents|Print|Download|Next|Previous"
    r"|Index|Link|Show|Hide|Loading|Warning|Note|Source|Share|Version)\b"
)


def in_other(name: str) -> str:
    """Return the page of the other edition of the same name."""
    return name.removeprefix("es/") if name.startswith("es/") else f"es/{name}"


def test_each_page_leads_to_the_same_page_of_the_other_edition(
    name: str, visited: Visited, base_url: str
) -> None:
    page = visited.page
    mine = "es" if name in SPANISH else "en"
    assert page.locator("html").get_attribute("lang") == mine
    link = page.locator("a.edition")
    expect(link).to_have_count(1)
    expect(link).to_be_visible()
    assert (
        link.get_attribute("lang")
        == link.get_attribute("hreflang")
        == {"es": "en", "en": "es"}[mine]
    )
    if name.endswith("404.html"):
        return  # it may stand at any depth
    other = in_other(name)
    start = "index.html" if mine == "es" else "es/index.html"
    expected = other if other in PAGES else start
    assert link.evaluate("link => link.href") == base_url + expected


def test_the_spanish_edition_has_a_page_for_each_that_it_lists() -> None:
    assert {"es/index.html", "es/teach.html", "es/chapters/glossary.html", CHAPTER} <= {*SPANISH}
    assert {in_other(name) for name in SPANISH} <= {*PAGES}


@pytest.mark.parametrize("spanish", [name for name in SPANISH if "genindex" not in name])
def test_nothing_on_a_spanish_page_is_english_but_what_is_marked(
    spanish: str, page: Page, base_url: str
) -> None:
    page.goto(base_url + spanish)
    page.wait_for_load_state("networkidle")
    texts: list[str] = page.evaluate(TEXTS)
    found = [text for text in texts if list(english_left(text)) or THEIRS.search(text)]
    assert [text for text in found if not cited(text)] == []


def cited(text: str) -> bool:
    """Whether a text is what stays in its language: a title, a journal, a menu of JupyterLab."""
    return text in {"Question", "Settings"} or bool(re.fullmatch(r"[^a-z]*", text))


def test_links_to_english_pages_say_so(page: Page, base_url: str) -> None:
    page.goto(base_url + "es/chapters/notation.html")
    links = page.locator("a.other-edition")
    assert links.count() > 10
    for link in links.all():
        assert link.get_attribute("hreflang") == "en"
        assert "/es/" not in link.evaluate("link => link.href")
        assert link.evaluate("link => link.nextElementSibling.textContent").strip() == "(en inglés)"


def test_a_cell_runs_and_check_answers_in_spanish(page: Page, base_url: str, log: Log) -> None:
    open_live(page, base_url, CHAPTER)
    exercise = cell(page, "7a02487c")
    bar = exercise.locator(".live-bar button")
    assert bar.all_inner_texts() == ["Escribir", "Comprobar"]
    wrong = "import numpy as np\ndef softmax_list(v):\n    return np.exp(v) / sum(np.exp(v))\n"
    said = run(edited(exercise, f'{wrong}check("softmax_list", softmax_list)'))
    assert said == "softmax_list: aún no."
    assert "No del todo: sin restar el máximo." in " ".join(shown(exercise))
    assert not [request for request in log.requests if "/es/_static/live/" in request]


def test_figures_speak_spanish_when_they_move(page: Page, base_url: str) -> None:
    page.goto(base_url + "es/index.html")
    page.mouse.move(200, 400)
    page.locator(".chart > svg").first.wait_for()
    assert page.locator(".explorable .reset").inner_text() == "Restablecer"
    numbers = page.locator(".explorable output").inner_text()
    page.locator(".explorable input").first.press("ArrowRight")
    moved = page.locator(".explorable output").inner_text()
    assert numbers != moved
    assert "diferencias" in moved
    assert "cocientes" in moved


@pytest.mark.parametrize("words", ["regresion", "regresión", "REGRESIONES"])
def test_words_are_found_with_and_without_accents(words: str, page: Page, base_url: str) -> None:
    page.goto(f"{base_url}es/search.html?q={words}")
    results = page.locator(".search > li a")
    results.first.wait_for()
    addresses = results.evaluate_all("links => links.map(link => link.href)")
    assert any("glossary" in address for address in addresses)
    assert all("/es/" in address for address in addresses)


def test_each_edition_remembers_its_own_place(page: Page, base_url: str) -> None:
    page.goto(base_url + CHAPTER)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
    page.wait_for_function("Object.keys(localStorage).some(key => key.includes('place'))")
    page.goto(base_url + "index.html")
    assert page.locator(".go-on").inner_text() == ""
    page.goto(base_url + "es/index.html")
    line = page.locator(".go-on")
    assert line.inner_text().startswith("Sigue donde lo dejaste: capítulo 2, ")
    assert "/es/" in line.locator("a").evaluate("link => link.href")


def test_the_zip_has_the_notebooks_of_the_edition(site_dir: Path) -> None:
    import zipfile

    with zipfile.ZipFile(site_dir / "es" / "softmax-course.zip") as bundle:
        names = set(bundle.namelist())
        readme = bundle.read("softmax-course/README.txt").decode()
    assert "softmax-course/es/chapters/01_predict_probabilities.ipynb" in names
    assert "softmax-course/chapters/04_train_a_classifier.ipynb" in names  # links lead there
    assert "jupyter lab es/chapters" in readme
    with zipfile.ZipFile(site_dir / "softmax-course.zip") as bundle:
        assert not [name for name in bundle.namelist() if "/es/" in name]
