"""`/metrics` and `/health` for monitoring. Counts only, and only for this machine, so there is no sign-in."""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from time import monotonic
from typing import Any

from ehcp_flow.errors import BadInput, EhcpError
from ehcp_flow.scheduler.watch import Watch, opened
from ehcp_flow.services.metrics import metrics_in_any_case
from ehcp_flow.services.night_status import night_status

HERE = "127.0.0.1"
KEEP_SECONDS = 15
"""However often somebody asks, the database is asked once in this time."""

MOST_SECONDS_WITHOUT_LOOK = 900

Answer = tuple[HTTPStatus, str, str]
"""Status, kind of text, text."""


def health(watch: Watch) -> Answer:
    """Whether all is well (200) or somebody should look (503), and why."""
    found: dict[str, Any] = {"missing_nights": [], "doubts": [], "trouble": None}
    with opened(watch.settings) as office:
        try:
            status = night_status(office, watch.now)
            found |= {"missing_nights": [str(day) for day in status.missing], "doubts": list(status.doubts)}
            is_well = status.is_well
        except EhcpError as error:
            found["trouble"], is_well = str(error), False
    if watch.seconds_since_look() > MOST_SECONDS_WITHOUT_LOOK:
        found["trouble"], is_well = "The scheduler has stopped looking.", False
    status_code = HTTPStatus.OK if is_well else HTTPStatus.SERVICE_UNAVAILABLE
    return status_code, "application/json", json.dumps({"is_well": is_well, **found}) + "\n"


def metrics(watch: Watch) -> Answer:
    """The figures; where the database cannot be read, they say so."""
    with opened(watch.settings) as office:
        text, _ = metrics_in_any_case(office, watch.now)
    return HTTPStatus.OK, "text/plain; version=0.0.4; charset=utf-8", text


PAGES = {"/health": health, "/metrics": metrics}


class MetricsServer:
    """Serves the pages in threads of its own until closed. Raises BadInput where the port cannot be had."""

    def __init__(self, watch: Watch, port: int) -> None:
        self._watch = watch
        self._kept: dict[str, tuple[float, Answer]] = {}
        self._one_asks = Lock()
        try:
            self._server = ThreadingHTTPServer((HERE, port), self._handler())
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise BadInput(f"Port {port} cannot be used: {why}.", next="Choose another with --metrics-port.") from error
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str) -> Answer:
        """The page at `path`, at most some seconds old."""
        page = PAGES.get(path)
        if page is None:
            return HTTPStatus.NOT_FOUND, "text/plain", "There is /metrics and /health.\n"
        with self._one_asks:
            made_at, kept = self._kept.get(path, (0.0, None))
            if kept is None or monotonic() - made_at > KEEP_SECONDS:
                kept = page(self._watch)
                self._kept[path] = monotonic(), kept
        return kept

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, text = server.answer(self.path.partition("?")[0])
                body = text.encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing: who asks, and how often, is no news."""

        return Handler
