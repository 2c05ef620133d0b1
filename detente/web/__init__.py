"""The web app on a store, and its REST API: local by default, readable without scripts.

`make_app` gives the application, `serve` runs it. Pages are made on the server; all that a view shows is told
by its address. Text from reports is untrusted: templates escape it, and pages run no script but our own.
"""

from detente.web.app import make_app
from detente.web.serving import serve

__all__ = ["make_app", "serve"]
