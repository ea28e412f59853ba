"""The data folder's reports over http on this machine, and nothing else of it."""

from __future__ import annotations

import logging
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

_LOG = logging.getLogger(__name__)

HOST = "127.0.0.1"
# A report is one self-contained page without a script: whatever a document smuggled into it does nothing.
POLICY = (
    "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class _Reports(SimpleHTTPRequestHandler):
    """GET and HEAD of the files in one folder; links that lead out of it are not followed."""

    def __init__(self, *args: Any, folder: Path, **kwargs: Any) -> None:  # noqa: ANN401  the base class's own
        self._folder = folder
        super().__init__(*args, directory=str(folder), **kwargs)

    def send_head(self) -> Any:  # noqa: ANN401  a file, or None where the answer is complete
        """Refuses what lies elsewhere, and hosts that only pretend to be this machine."""
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        path = Path(self.translate_path(self.path)).resolve()
        if host not in {HOST, "localhost"} or not path.is_relative_to(self._folder.resolve()):
            self.send_error(404)
            return None
        return super().send_head()

    def end_headers(self) -> None:
        """Adds what keeps a page from doing more than being looked at."""
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401  the base class's names
        """To our log, not to the terminal."""
        _LOG.debug(format, *args)


def serve_reports(folder: Path, port: int) -> ThreadingHTTPServer:
    """Serves `folder` from a thread. Raises OSError if the port is taken; `shutdown()` and `server_close()` end it."""
    server = ThreadingHTTPServer((HOST, port), partial(_Reports, folder=folder))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="reports", daemon=True).start()
    return server
