"""Measure the built site with Lighthouse, mobile, served with compression; print a table.

Needs node and `npm install lighthouse`; scores depend on the machine, so no test gates on them:

    python tests/site/lighthouse.py node_modules/.bin/lighthouse [page.html ...]
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SITE = Path(__file__).parents[2] / "_build" / "html"
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"

PARTS = ["performance", "accessibility", "best-practices", "seo"]


class Compressed(SimpleHTTPRequestHandler):
    """Serve text compressed, as every public host does."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Send a file, compressed if that helps."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return super().do_GET()
        content, packed = path.read_bytes(), path.suffix not in {".png", ".woff2", ".zip"}
        content = gzip.compress(content, 6) if packed else content
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content)


def main() -> None:
    """Measure the pages that are named, or all."""
    lighthouse, *names = sys.argv[1:]
    pages = (path.relative_to(SITE) for path in SITE.rglob("*.html"))
    names = names or sorted(path.as_posix() for path in pages if path.parts[0] != "_static")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Compressed, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    print(f"| page | {' | '.join(PARTS)} |\n|---|---|---|---|---|")
    for name in names:
        url = f"http://127.0.0.1:{server.server_address[1]}/{name}"
        command = [lighthouse, url, "--quiet", "--output=json", f"--chrome-flags={FLAGS}"]
        run = subprocess.run(command, check=True, capture_output=True, env=environment)
        categories = json.loads(run.stdout)["categories"]
        scores = [100 * categories[part]["score"] for part in PARTS]
        print(f"| {name} | " + " | ".join(f"{score:.0f}" for score in scores) + " |", flush=True)


if __name__ == "__main__":
    main()
