"""A mirror on this machine: /good/NAME serves a file, /gone/NAME answers 404."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Mirror:
    url: str
    files: dict[str, bytes]
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Mirror]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, way, name = self.path.split("/")
            mirror.asked.append(self.path)
            if way == "gone" or name not in mirror.files:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(mirror.files[name])))
            self.end_headers()
            self.wfile.write(mirror.files[name])

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    mirror = Mirror(f"http://127.0.0.1:{server.server_port}", files)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
