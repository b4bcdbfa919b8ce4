#!/usr/bin/env python3
"""Simulates the upper tail of the statistic of Shao and Zhang 2010 where nothing changes, beside the formula of SelfNormalizedTest.p.

Usage: python3 self_normalized.py [LENGTH] [COUNT]      (needs numpy; a million series of 40 take a minute)
"""
import sys

import numpy as np

length = int(sys.argv[1]) if len(sys.argv) > 1 else 200
count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
random = np.random.default_rng(1)
t = np.arange(1, length + 1)
squares = np.cumsum(t * t.astype(float))


def wandering(x):
    sums = np.cumsum(x, 1)
    products = np.cumsum(sums * t, 1)
    return sums, np.cumsum(sums * sums, 1) - 2 * sums / t * products + sums * sums / (t * t) * squares


statistics = []
for _ in range(count // 2000):
    x = random.standard_normal((2000, length))
    x -= x.mean(1, keepdims=True)
    sums, left = wandering(x)
    _, right = wandering(x[:, ::-1])
    strayed = (left[:, :-1] + right[:, ::-1][:, 1:]) / length**2
    statistics.append((sums[:, :-1] ** 2 / length / strayed).max(1))
statistics = np.sort(np.concatenate(statistics))
for p in (0.1, 0.05, 0.01, 0.001, 1e-4, 1e-5):
    if p * len(statistics) >= 5:
        value = statistics[int(len(statistics) * (1 - p))]
        print(f"p {p:g}: statistic {value:.1f}, by the formula p {10 ** (-(value**0.5 - 2.9) / 2.7):.2g}")
