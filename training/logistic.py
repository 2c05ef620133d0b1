"""Logistic regression with a ridge, by Newton's method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEPS = 25  # of Newton's method; it has long settled by then


def fit_logistic(x: NDArray[np.float64], y: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    """The weight of each column of `x` [rows, columns] that makes `y` (0 or 1) likeliest.

    The first column is 1 everywhere; its weight is not held back by the ridge.
    """
    held = ridge * np.eye(x.shape[1])
    held[0, 0] = 0
    w = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ w))
        w -= np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + held, x.T @ (p - y) + held @ w)
    return w
