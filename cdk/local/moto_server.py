"""moto, as a function from an HTTP request to an HTTP answer, one request at a time.

moto has no locks: under forced thread switching its DynamoDB lets version checks through and leaves orphans of
cancelled transactions. So every use of it, over HTTP or from a thread of this process, holds `Moto.lock`.
"""

from __future__ import annotations

import io
import logging
import threading
from typing import Any
from urllib.parse import unquote

from cdk.local.loopback import Request, Response
from cdk.local.moto_patches import patch


class Moto:
    """moto's server application for one account, reset at the start. There is one per process: its state is global."""

    def __init__(self, account: str) -> None:
        from moto.moto_api._internal.models import moto_api_backend
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        patch()
        for noisy in ("werkzeug", "moto", "botocore"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        moto_api_backend.reset()
        self.account = account
        self.lock = threading.RLock()
        self._application = DomainDispatcherApplication(create_backend_app)

    def call(self, request: Request) -> Response:
        """moto's answer to one AWS request."""
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
            started.extend([int(status.split()[0]), headers])

        with self.lock:
            try:
                body = b"".join(self._application(environ_of(request, self.account), start_response))
            except Exception:
                logging.getLogger(__name__).exception("moto failed on %s %s", request.method, request.target)
                return Response(500, b'{"__type":"InternalFailure"}', [("Content-Type", "application/x-amz-json-1.0")])
        status, headers = started
        return Response(status, body, headers)

    def backend(self, service: str, region: str) -> Any:
        """moto's own state of a service, to be read or changed under `lock`."""
        from moto import backends

        return backends.get_backend(service)[self.account][region]  # type: ignore[call-overload]


def environ_of(request: Request, account: str) -> dict[str, Any]:
    """The WSGI environment of a request, with the account it belongs to."""
    from moto.core.request import (
        PRESERVED_HEADER_NAMES_ENVIRON_KEY,
        environ_key_for_header,
        should_preserve_original_header_name,
    )

    host, _, port = request.header("Host", "127.0.0.1:80").partition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(request.path, "latin-1"),
        "QUERY_STRING": request.query,
        "RAW_URI": request.target,
        "REQUEST_URI": request.target,
        "SERVER_NAME": host,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "passerelle-local",
        "REMOTE_ADDR": request.client,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    names: dict[str, str] = {}
    for name, value in request.headers:
        if should_preserve_original_header_name(name):
            names[environ_key_for_header(name)] = name
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        elif key == "CONTENT_LENGTH":
            continue
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = names
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
    return environ
