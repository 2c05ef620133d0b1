"""What a name means when it stands alone, as in a filter: no text around it, and typed in any case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from detente.errors import UsageError
from detente.who.meaning import RANK
from detente.who.names import Name, NameIndex, fold_pieces, load_names

LIKE = 70.0  # ratio of likeness, 0 to 100, from which a name is suggested; as CLOSE_PERSON, but looser
WITHIN = 90.0  # the same for a name inside a longer one ('Korea')
MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a name means: all under these codes, or those of these names who share a code with others."""

    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def look_up(words: str) -> Meant | None:
    """Whom a code or a usual name means, as the coder reads it; None where the tables know no such party.

    A state's code or name, its capital, a metonym or demonym mean the state and all that acts for it; so do
    the names and codes of organisations and groups with a code of their own. A person, or a body that has
    the code of its state ('Xinhua'), is meant by name. Case doesn't count, unless it tells two names apart.
    """
    index = load_names()
    words = words.strip()
    if code := _known_codes(index).get(words.upper()):
        return Meant(codes=(code,))
    names = _find_names(words, index) or _find_names(words.lower().removeprefix("the "), index)
    if not names:
        return None
    best = min(RANK[name.means] for name in names)
    chosen = [name for name in names if RANK[name.means] == best]
    codes = [name.code for name in chosen if name.code and _has_own_code(name)]
    people = [name.name for name in chosen if not (name.code and _has_own_code(name))]
    return Meant(tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(people)))


def find_party(code: str) -> Name | None:
    """The state, organisation or group that a code means; None where the tables know no such code."""
    index = load_names()
    if code in index.states:
        return Name(index.states[code], code, "state", "state", "GOV")
    bodies = (name for found in index.names.values() for _, name in found if name.means == "body")
    return next((name for name in bodies if name.code == code), None)


def suggest_names(words: str, others: Iterable[str] = ()) -> list[str]:
    """The names of the tables and `others` that `words` may misspell, likeliest first, with their codes."""
    index = load_names()
    pool = {written: _show(name, written) for found in index.names.values() for written, name in found}
    pool |= {names[0].name.split()[-1]: _show(names[0]) for names in index.surnames.values()}
    pool = {**{name: name for name in others}, **{k: shown for k, shown in pool.items() if shown}}
    given = utils.default_process(words)
    tries = [(fuzz.ratio, LIKE), (fuzz.token_set_ratio, WITHIN)]
    ranked = [
        process.extract(
            given, list(pool), scorer=scorer, processor=utils.default_process, limit=9, score_cutoff=least
        )
        for scorer, least in tries
    ]
    shown = dict.fromkeys(pool[name] for name, _, _ in ranked[0] or ranked[1])
    return list(shown)[:MOST_SUGGESTED]


def explain_unknown(words: str, others: Iterable[str] = ()) -> UsageError:
    """The error of a name that neither the tables nor `others` know, with those that it may misspell."""
    near = suggest_names(words, others)
    *first, last = near or [""]
    cure = f"Did you mean {', '.join(first)}{' or ' if first else ''}{last}?"
    cure = cure if near else "Use a code or a usual name: PRK, North Korea"
    return UsageError(f"party {words!r}", "is nobody that the tables or what was read know", cure)


def _show(name: Name, written: str = "") -> str:
    """A name as it is suggested: 'North Korea (PRK)', 'Seoul (KOR)'."""
    own = written if name.means in ("capital", "metonym", "city") else name.name
    return f"{own} ({name.code})" if name.code else own


def _known_codes(index: NameIndex) -> dict[str, str]:
    bodies = (name.code for found in index.names.values() for _, name in found if name.means == "body")
    return {code.upper(): code for code in (*index.states, *bodies) if code}


def _find_names(words: str, index: NameIndex) -> list[Name]:
    pieces = fold_pieces(words)
    found = [(written, name) for written, name in index.names.get(pieces, []) if name.means != "none"]
    found += [(words, name) for name in index.surnames.get(pieces[0], [])] if len(pieces) == 1 else []
    same = [name for written, name in found if written == words.replace(".", "")]
    return same or [name for _, name in found]


def _has_own_code(name: Name) -> bool:
    return name.means != "person" and (name.means != "body" or ":" in str(name.code))
