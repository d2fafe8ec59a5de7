"""What a page does while a test looks at it."""

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, Response


@dataclass
class Log:
    """What a page asked for, and what it complained about."""

    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down all that happens in `page` from now on."""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)

    def assert_complete(self, root: str) -> None:
        """Check that all that was asked for lies under `root`, and that nothing went wrong."""
        assert self.complaints == []
        inside = (root, "data:", "blob:")
        assert [url for url in self.requests if not url.startswith(inside)] == []

    def _response(self, answer: Response) -> None:
        if answer.status >= 400:
            self.complaints.append(f"{answer.status}: {answer.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text}")
