"""Reads who holds the highest offices now from Wikidata's query service, as rows of a user's list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from detente import __version__
from detente.errors import InputError, UsageError
from detente.who.lists import CODE, DAY, Entry

ENDPOINT = "https://query.wikidata.org/sparql"
AGENT = f"detente/{__version__} (https://www.wikidata.org/wiki/Wikidata:Data_access)"
LARGEST = 32_000_000  # bytes of an answer; the whole answer has about 200,000
FEMALE = "Q6581072"
# Heads of state (P35) and of government (P6) by best rank without an end (P582), with the titles of the
# offices (P1906, P1313) and the state's ISO 3166-1 alpha-3 code (P298).
QUERY = """
SELECT ?code ?person ?personLabel ?office ?officeLabel ?part ?start ?sex WHERE {
  { ?state p:P35 ?held . ?held ps:P35 ?person . BIND("state" AS ?part)
    OPTIONAL { ?state wdt:P1906 ?office } }
  UNION
  { ?state p:P6 ?held . ?held ps:P6 ?person . BIND("government" AS ?part)
    OPTIONAL { ?state wdt:P1313 ?office } }
  ?held a wikibase:BestRank .
  ?state wdt:P298 ?code .
  FILTER NOT EXISTS { ?held pq:P582 ?end }
  OPTIONAL { ?held pq:P580 ?start }
  OPTIONAL { ?person wdt:P21 ?sex }
  SERVICE wikibase:label { bd:serviceParam wikibase:language "en" }
}
"""
USUAL = {"state": "president", "government": "prime minister"}
UNNAMED = re.compile(r"Q\d+")  # what the label service gives for a person without an English label


def fetch_holders(endpoint: str = ENDPOINT, timeout: float = 60.0) -> list[Entry]:
    """Who leads each state and government now, asked of a SPARQL endpoint; `timeout` in seconds.

    Raises UsageError for an endpoint that is no web address, InputError where there is no answer, or
    one that isn't in SPARQL's JSON format or names nobody.
    """
    answer = _ask(endpoint, timeout)
    try:
        rows = json.loads(answer)["results"]["bindings"]
        found = list(_read_holders(rows))
    except (ValueError, KeyError, TypeError, AttributeError) as e:
        raise InputError(endpoint, "answered in another format than SPARQL's JSON", "Try again later") from e
    if not found:
        raise InputError(endpoint, "named no office holders", "Try again later; your list is as it was")
    return found


def _ask(endpoint: str, timeout: float) -> bytes:
    if urlsplit(endpoint).scheme not in ("http", "https"):
        raise UsageError(endpoint, "is no web address", "Write it like https://query.wikidata.org/sparql")
    address = f"{endpoint}?{urlencode({'query': QUERY, 'format': 'json'})}"
    headers = {"Accept": "application/sparql-results+json", "User-Agent": AGENT}
    cure = "Check the network and try again, or add names by hand with 'detente actors add FILE'"
    try:
        with urlopen(Request(address, headers=headers), timeout=timeout) as answer:
            data: bytes = answer.read(LARGEST + 1)
    except HTTPError as e:
        busy = e.code in (429, 500, 502, 503, 504)
        wait = "Wait some minutes and try again" if busy else cure
        raise InputError(endpoint, f"answered {e.code} {e.reason}", wait) from e
    except TimeoutError as e:
        raise InputError(endpoint, f"did not answer within {timeout:g} seconds", cure) from e
    except URLError as e:
        late = isinstance(e.reason, TimeoutError)
        fault = f"did not answer within {timeout:g} seconds" if late else f"can't be reached ({e.reason})"
        raise InputError(endpoint, fault, cure) from e
    except OSError as e:
        raise InputError(endpoint, f"broke off its answer ({e})", cure) from e
    if len(data) > LARGEST:
        raise InputError(endpoint, f"answered with more than {LARGEST:,} bytes", "Name another endpoint")
    return data


def _read_holders(rows: list[dict[str, Any]]) -> Iterator[Entry]:
    seen: set[tuple[str, str, str]] = set()
    for row in rows:
        code, name = row["code"]["value"], row["personLabel"]["value"].strip()
        if not CODE.fullmatch(code) or not name or UNNAMED.fullmatch(name):
            continue
        role = _role(row)
        if (code, name, role) in seen:
            continue
        seen.add((code, name, role))
        start = row.get("start", {}).get("value", "")[:10]
        since = start if DAY.fullmatch(start) else ""
        sex = "f" if row.get("sex", {}).get("value", "").endswith(FEMALE) else ""
        yield Entry(" ".join(name.split()), code, (), "GOV", since, "", role, "person", sex)


def _role(row: dict[str, Any]) -> str:
    """'president' of 'President of France'; the usual office where none is named."""
    label = row.get("officeLabel", {}).get("value", "")
    title = re.split(r" of | \(", label)[0].strip().lower()
    return title if title and not UNNAMED.fullmatch(label) else USUAL.get(row["part"]["value"], "leader")
