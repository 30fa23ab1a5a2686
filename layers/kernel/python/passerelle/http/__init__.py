"""The HTTP edge of a slice: declared routes in, problem+json, JSON, CSV or a page out.

A route says who may call it, which body it takes and which answer it gives; from these declarations come the checks
of `reading`, the OpenAPI document and the access matrix of the tests. The edge (`api`) opens one transaction per
request, commits it together with the remembered answer (so that a repeated POST is answered, not repeated), and runs
the handler again when somebody else changed the same aggregate meanwhile; `answering` puts what came of it on the wire.
"""

from passerelle.http.api import Api, found
from passerelle.http.reading import LARGEST_BODY
from passerelle.http.routes import Answer, Body, NoBody, Page, Request, Route

__all__ = ["LARGEST_BODY", "Answer", "Api", "Body", "NoBody", "Page", "Request", "Route", "found"]
