"""Trains the network on training/build/instances.jsonl; writes network.pt and training.json beside it.

Run as `python -m training.train [--epochs 6] [--seed 1] [--try]`. The part 'dev' is only measured on, after
each epoch; the last epoch is the one that is kept. With --try nothing is written, as for comparing seeds.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from detente.classifier import NONE, ROLES, Tokens, encode, pad
from detente.records import STATUSES, SpanOffsets
from training.instances import BUILD, Instance, Pair, load_instances
from training.names import swap_names
from training.network import TYPES, Network, base_tokenizer

BATCH = 32
LONGEST = 128  # tokens; what is longer is left out
RENAMED = 0.5  # share of sentences whose names are changed
ROLE_WEIGHT = 0.3  # of the loss of the parties' tokens
LOOK_WEIGHT = 0.3  # of the loss that draws the pair's attention to the word that tells its act
PAIRS = 2  # of a sentence that are read in one epoch
ENCODER_RATE, HEAD_RATE = 3e-4, 1e-3  # learning rates
WARM_UP = 0.1  # share of the steps
SMOOTHING = 0.05  # of the labels
LABELS = (*TYPES, NONE)
IGNORED = -100  # PyTorch's target for what has no label


@dataclass(frozen=True, slots=True)
class Told:
    """The token that tells an act, and for each role the tokens of the parties in it."""

    at: int
    parties: tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Example:
    """One reading of a sentence: token ids with the targets of its tokens and of its marked pair."""

    ids: list[int]
    types: list[int]
    statuses: list[int]
    told: list[Told]
    silent: float | None
    pair: int
    told_by: int


def make_example(tokenizer: Tokenizer, instance: Instance, pair: Pair | None) -> Example:
    """A sentence with the marks of one of its pairs, or of none."""
    spans = (pair.actor, pair.recipient) if pair else ()
    tokens = encode(tokenizer, instance.text, *spans)
    size = len(tokens.ids)
    types, statuses = [IGNORED] * size, [IGNORED] * size
    told: list[Told] = []
    for word in instance.words:
        at = tokens.position(word.start, word.end)
        if at is None:
            continue
        types[at] = LABELS.index(word.type)
        if word.status:
            statuses[at] = STATUSES.index(word.status)
            told.append(Told(at, (tokens_in(tokens, word.actors), tokens_in(tokens, word.recipients))))
    told_by = tokens.position(*pair.trigger) if pair else None
    label = TYPES.index(pair.label) if pair else IGNORED
    looked = IGNORED if told_by is None else told_by
    known = pair is None and (instance.empty or bool(told))
    silent = float(instance.empty) if known else None
    return Example(tokens.ids, types, statuses, told, silent, label, looked)


def tokens_in(tokens: Tokens, spans: Sequence[SpanOffsets]) -> list[int]:
    """The tokens of the sentence that overlap one of the spans."""
    return [
        i for i, (a, b) in enumerate(tokens.offsets) if any(a < end and b > start for start, end in spans)
    ]


def draw_examples(instances: Sequence[Instance], tokenizer: Tokenizer, rng: random.Random) -> list[Example]:
    """One epoch's readings: each sentence once without marks and once for each of up to
    `PAIRS` of its pairs; some renamed."""
    examples = []
    for instance in instances:
        drawn = rng.sample(range(len(instance.pairs)), min(PAIRS, len(instance.pairs)))
        for pair in (None, *drawn):
            shown = swap_names(instance, rng) if rng.random() < RENAMED else instance
            examples.append(make_example(tokenizer, shown, None if pair is None else shown.pairs[pair]))
    return [e for e in examples if len(e.ids) <= LONGEST]


def make_batches(examples: Sequence[Example], rng: random.Random) -> Iterator[list[Example]]:
    """Batches of like length in random order."""
    order = list(examples)
    rng.shuffle(order)
    chunks = [order[i : i + BATCH * 20] for i in range(0, len(order), BATCH * 20)]
    ready = []
    for chunk in chunks:
        chunk.sort(key=lambda e: len(e.ids))
        ready += [chunk[i : i + BATCH] for i in range(0, len(chunk), BATCH)]
    rng.shuffle(ready)
    yield from ready


def fill_out(rows: Sequence[Sequence[int]], width: int) -> Tensor:
    """Labels of the tokens of several sentences, one after the other, those of missing tokens ignored."""
    return torch.tensor([label for row in rows for label in [*row, *[IGNORED] * (width - len(row))]])


def batch_loss(network: Network, batch: Sequence[Example]) -> Tensor:
    """The sum of the losses of acts, types, statuses, pairs, the pair's attention, roles and silence."""
    ids, mask = (torch.from_numpy(a) for a in pad([e.ids for e in batch]))
    width = ids.shape[1]
    found = network.read(ids, mask)
    loss = act_loss(found.types.flatten(0, 1), fill_out([e.types for e in batch], width))
    wanted_statuses = fill_out([e.statuses for e in batch], width)
    pairs = torch.tensor([e.pair for e in batch])
    told_by = torch.tensor([e.told_by for e in batch])
    for logits, wanted, weight, smoothing in (
        (found.statuses.flatten(0, 1), wanted_statuses, 1.0, SMOOTHING),
        (found.pair, pairs, 1.0, SMOOTHING),
        (found.look, told_by, LOOK_WEIGHT, 0.0),
    ):
        if (wanted != IGNORED).any():
            loss = loss + weight * nn.functional.cross_entropy(logits, wanted, label_smoothing=smoothing)
    loss = loss + ROLE_WEIGHT * role_loss(found.roles, mask, batch)
    known = [i for i, e in enumerate(batch) if e.silent is not None]
    if known:
        silent = torch.tensor([batch[i].silent for i in known])
        loss = loss + nn.functional.binary_cross_entropy_with_logits(found.silent[known].float(), silent)
    return loss


def act_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """The loss of whether each word tells an act, and of which type those are that do."""
    known = wanted != IGNORED
    if not known.any():
        return found.new_zeros(())
    telling = known & (wanted != LABELS.index(NONE))
    loss = nn.functional.binary_cross_entropy_with_logits(found[known, -1].float(), telling[known].float())
    if telling.any():
        types = nn.functional.cross_entropy(found[telling, :-1], wanted[telling], label_smoothing=SMOOTHING)
        loss = loss + types
    return loss


def role_loss(roles: Tensor, mask: Tensor, batch: Sequence[Example]) -> Tensor:
    """The loss of the roles of each word that tells an act: summed over the tokens, its mean over words."""
    told = [(i, t) for i, e in enumerate(batch) for t in e.told]
    if not told:
        return roles.new_zeros(())
    rows = torch.tensor([i for i, _ in told])
    logits = roles[rows, :, torch.tensor([t.at for _, t in told])].float()
    wanted = torch.zeros_like(logits)
    for n, (_, t) in enumerate(told):
        for role in range(len(ROLES)):
            wanted[n, role, t.parties[role]] = 1.0
    each = nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return (each * mask[rows].unsqueeze(1)).sum() / len(told)


def train(
    network: Network, instances: Sequence[Instance], tokenizer: Tokenizer, epochs: int, seed: int
) -> None:
    """Trains in place and prints figures after each epoch. The word vectors stay as they are."""
    network.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    rng = random.Random(seed)
    ours = [i for i in instances if i.part == "train"]
    dev = [i for i in instances if i.part == "dev"]
    own = [p for name, p in network.named_parameters() if not name.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": network.encoder.parameters(), "lr": ENCODER_RATE}, {"params": own, "lr": HEAD_RATE}],
        weight_decay=0.01,
    )
    steps = epochs * (sum(1 + min(PAIRS, len(i.pairs)) for i in ours) // BATCH + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, (s + 1) / (WARM_UP * steps)) * max(0.0, 1 - s / steps)
    )
    started = time.monotonic()
    for epoch in range(1, epochs + 1):
        network.train()
        total = count = 0.0
        for batch in make_batches(draw_examples(ours, tokenizer, rng), rng):
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                loss = batch_loss(network, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + loss.item(), count + 1
        took = round(time.monotonic() - started)
        print(
            f"epoch {epoch}: loss {total / count:.3f}, {took} s;",
            measure(network, dev, tokenizer),
            flush=True,
        )


def measure(network: Network, instances: Sequence[Instance], tokenizer: Tokenizer) -> dict[str, float]:
    """Accuracy in per cent: of type, status and likeliest token of
    a party at words that tell an act, of silence at others and of sentences, of pairs."""
    network.eval()
    right: dict[str, list[bool]] = {
        "type": [],
        "found": [],
        "silent": [],
        "status": [],
        "roles": [],
        "empty": [],
        "pair": [],
    }
    silent = LABELS.index(NONE)
    with torch.no_grad():
        for instance in instances:
            for pair in (None, *instance.pairs):
                e = make_example(tokenizer, instance, pair)
                found = network.read(torch.tensor([e.ids]), torch.ones(1, len(e.ids)).long())
                if pair is not None:
                    right["pair"].append(int(found.pair[0].argmax()) == e.pair)
                    continue
                if e.silent is not None:
                    right["empty"].append((float(found.silent[0]) > 0) == (e.silent > 0))
                for at, wanted in enumerate(e.types):
                    told = bool(found.types[0, at, -1] > 0)
                    if wanted == silent:
                        right["silent"].append(not told)
                    elif wanted != IGNORED:
                        right["found"].append(told)
                        right["type"].append(int(found.types[0, at, :-1].argmax()) == wanted)
                        right["status"].append(int(found.statuses[0, at].argmax()) == e.statuses[at])
                right["roles"] += [
                    int(found.roles[0, role, t.at].argmax()) in t.parties[role]
                    for t in e.told
                    for role in range(len(ROLES))
                    if t.parties[role]
                ]
    return {what: round(100 * sum(hits) / len(hits), 1) for what, hits in right.items() if hits}


def main() -> None:
    """Trains and saves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--try", dest="only_try", action="store_true", help="only print the figures")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    tokenizer = base_tokenizer()
    network = Network(tokenizer)
    torch.manual_seed(given.seed)  # what training draws doesn't hang on how many weights were drawn
    instances = load_instances(BUILD / "instances.jsonl")
    train(network, instances, tokenizer, given.epochs, given.seed)
    if given.only_try:
        return
    torch.save(network.state_dict(), BUILD / "network.pt")
    dev = [i for i in instances if i.part == "dev"]
    rates = {"encoder": ENCODER_RATE, "heads": HEAD_RATE}
    drawn = {"batch": BATCH, "pairs": PAIRS, "rates": rates}
    settings = {"epochs": given.epochs, "seed": given.seed, **drawn, "torch": torch.__version__}
    figures = {"settings": settings, "dev": measure(network, dev, tokenizer)}
    (BUILD / "training.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
