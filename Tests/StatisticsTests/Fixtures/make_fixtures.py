#!/usr/bin/env python3
"""Writes statistics.json, what numpy and scipy say of the samples that StatisticsTests looks at.

Usage: python3 make_fixtures.py      (needs numpy and scipy; the result depends on neither's random numbers)
"""
import json
from pathlib import Path

import numpy as np
from scipy import stats

PROBABILITIES = [0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]


def quantile_sample(distribution, count):
    """A sample that is the same with every version of numpy: quantiles, shuffled by a fixed stride."""
    values = distribution.ppf((np.arange(count) + 0.5) / count)
    stride = next(s for s in range(count // 3 + 1, count + 2) if np.gcd(s, count) == 1)
    return [int(v) for v in values[np.arange(count) * stride % count]]


SAMPLES = {
    "one value": [1_234_567],
    "two values": [3_000_000, 1_000_001],
    "all equal": [123_456] * 57,
    "all equal and long": [20_000_000] * 31,
    "zeros": [0] * 9,
    "duplicates": [5, 1, 5, 3, 1, 5, 5, 2, 8, 5] * 7,
    "around the limit of the table": [(1 << 22) + d for d in range(-25, 26)],
    "edges of pages": [4095, 4096, 4097, 8191, 0, 1, 12288, 4095, 4096],
    "short and long mixed": quantile_sample(stats.lognorm(0.6, scale=4e6), 301),
    "two modes and far outliers": quantile_sample(stats.norm(900_000, 4_000), 240)
    + quantile_sample(stats.norm(1_200_000, 9_000), 120) + [9_000_000, 55_000_000, 210_000_000_000],
}


def describe(values):
    x = np.array(values, dtype=np.float64)
    quartiles = np.quantile(x, [0.25, 0.75])
    fence = 1.5 * (quartiles[1] - quartiles[0])
    median = np.median(x)
    reach = 10 * 1.4826 * np.median(np.abs(x - median))
    return {
        "values": values,
        "mean": float(x.mean()),
        "standard_deviation": float(x.std(ddof=1)) if len(x) > 1 else None,
        "quantiles": [float(q) for q in np.quantile(x, PROBABILITIES)],
        "tukey": int(((x < quartiles[0] - fence) | (x > quartiles[1] + fence)).sum()),
        "extreme": int((np.abs(x - median) > reach).sum()),
    }


def ranks(count, p):
    """0-based, or none where the order statistics do not reach far enough (Conover, section 3.2)."""
    lower = int(stats.binom.ppf(0.025, count, p))
    upper = int(stats.binom.ppf(0.975, count, p)) + 1
    return [lower - 1, upper - 1] if lower >= 1 and upper <= count else None


def wilson(successes, count):
    interval = stats.binomtest(successes, count).proportion_ci(confidence_level=0.95, method="wilson")
    return [float(interval.low), float(interval.high)]


def paired_outcomes(both, only_a, only_b, neither):
    """McNemar's mid-p, and the interval of Newcombe 1998, method 10, for B - A, from scipy's Wilson intervals."""
    n = both + only_a + only_b + neither
    discordant, fewer = only_a + only_b, min(only_a, only_b)
    mid_p = min(1.0, 2 * stats.binom.cdf(fewer, discordant, 0.5) - stats.binom.pmf(fewer, discordant, 0.5))
    p1, p2 = (both + only_b) / n, (both + only_a) / n
    (l1, u1), (l2, u2) = wilson(both + only_b, n), wilson(both + only_a, n)
    margins = np.prod([float(m) for m in (both + only_a, only_b + neither, both + only_b, only_a + neither)])
    covariance = both * neither - only_a * only_b
    phi = (covariance if covariance < 0 else max(0, covariance - n / 2)) / np.sqrt(margins) if margins > 0 else 0.0
    lower = p1 - p2 - np.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    upper = p1 - p2 + np.sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return {"counts": [both, only_a, only_b, neither], "mid_p": 1.0 if only_a == only_b else float(mid_p),
            "interval": [float(lower), float(upper)]}


def spread(distribution, count, digits=3):
    """Some values of a distribution, out of order, the same with every version of numpy."""
    values = distribution.ppf((np.arange(count) + 0.5) / count)
    stride = next(s for s in range(count // 3 + 1, count + 2) if np.gcd(s, count) == 1)
    return [round(float(v), digits) for v in values[np.arange(count) * stride % count]]


def line(x, y):
    ols = stats.linregress(x, y)
    return {
        "x": x, "y": y, "theil_sen_slope": float(stats.theilslopes(y, x, alpha=0.95).slope),
        "least_squares": [float(v) for v in (ols.slope, ols.intercept, ols.stderr, ols.intercept_stderr)],
    }


NORMAL = spread(stats.norm(10, 2), 25)
SKEWED = spread(stats.lognorm(0.8, scale=9), 40)
STEPS = [float(v) for v in range(1, 31)]

def self_normalized(x):
    """Shao and Zhang 2010, section 2.1, sum by sum as it is defined there: the place and the size of the greatest ratio."""
    n, best = len(x), (0, 0.0)
    for k in range(1, n):
        difference = (x[:k].sum() - k * x.mean()) / np.sqrt(n)
        left = sum((x[:t].sum() - t / k * x[:k].sum()) ** 2 for t in range(1, k + 1))
        right = sum((x[t:].sum() - (n - t) / (n - k) * x[k:].sum()) ** 2 for t in range(k, n))
        ratio = difference**2 / ((left + right) / n**2)
        if ratio > best[1]:
            best = (k, float(ratio))
    return best


def integrated_time(x):
    """Sokal 1997, section 3, with the window at five times the sum so far."""
    x = x - x.mean()
    time = 1.0
    for lag in range(1, len(x)):
        time += 2 * float((x[lag:] * x[:-lag]).sum() / (x * x).sum())
        if lag >= 5 * max(1.0, time):
            break
    return max(1.0, time)


def series(values):
    x = np.array(values, dtype=np.float64)
    place, statistic = self_normalized(x)
    return {"values": [float(v) for v in x], "ranks": [float(r) for r in stats.rankdata(x)], "place": place,
            "statistic": statistic, "integrated_time": integrated_time(x)}


fixtures = {
    "probabilities": PROBABILITIES,
    "samples": {name: describe(values) for name, values in SAMPLES.items()},
    "ranks": [
        {"count": n, "probability": p, "ranks": ranks(n, p)}
        for p in (0.5, 0.9, 0.95, 0.99, 0.999)
        for n in (1, 5, 6, 7, 10, 36, 37, 50, 100, 368, 369, 1000, 12345, 1_000_000)
    ],
    "minimum_counts": [
        # The smallest n with P(at least two of n lie above the quantile) >= 0.95.
        {"probability": p, "count": next(n for n in range(2, 10_000) if stats.binom.sf(1, n, 1 - p) >= 0.95)}
        for p in (0.5, 0.9, 0.95, 0.99, 0.999)
    ],
    "wilson": [
        {"successes": k, "count": n, "interval": wilson(k, n)}
        for k, n in ((0, 1), (1, 1), (0, 20), (20, 20), (1, 3), (453, 500), (490, 500), (37654, 50000))
    ],
    "paired_outcomes": [
        paired_outcomes(*counts)
        for counts in (
            (36, 2, 12, 0), (1, 0, 0, 0), (0, 0, 0, 4), (0, 5, 0, 0), (0, 3, 7, 0), (20, 0, 0, 30), (412, 31, 12, 45),
            (1, 9, 8, 2), (37_000, 900, 1_050, 11_050), (2_000, 3, 4, 0), (0, 20_000, 30_000, 0), (5, 1, 0, 4),
        )
    ],
    "normal": [{"x": x, "cumulative": float(stats.norm.cdf(x))} for x in (-38, -20, -5, -1.96, -0.1, 0, 0.7, 3, 9)],
    "normal_quantiles": [
        {"x": float(stats.norm.ppf(p)), "cumulative": p} for p in (1e-300, 1e-20, 1e-5, 0.025, 0.4, 0.5, 0.84, 0.975, 0.9999)
    ],
    "student": [
        {"x": float(t), "degrees": d, "cumulative": float(stats.t.cdf(t, d))}
        for d in (1, 2, 3.5, 7, 19, 100, 1000) for t in (-40, -2.3, -0.5, 0, 0.01, 1.7, 12)
    ],
    "student_quantiles": [
        {"x": float(stats.t.ppf(p, d)), "degrees": d, "cumulative": p}
        for d in (1, 2, 3.5, 7, 19, 100, 1000) for p in (0.0005, 0.025, 0.3, 0.5, 0.9, 0.975, 0.995)
    ],
    "lines": [
        line(STEPS, [round(5 + 0.3 * x + e, 3) for x, e in zip(STEPS, spread(stats.norm(0, 1), 30))]),
        line(STEPS, spread(stats.lognorm(1), 30)), line([1.0, 2.0, 4.0], [3.0, 1.0, 8.0]),
        line([1.0, 1.0, 2.0, 2.0, 3.0, 9.0], [2.0, 2.0, 5.0, 4.0, 2.0, 1e6]),
        line([1e9 + x for x in STEPS], [1e6 - 2 * x + x % 3 for x in STEPS]),
    ],
    "series": [
        series(values) for values in (
            [1.0, 2.0, 2.0, 7.0], NORMAL, STEPS, [round(v) for v in SKEWED], NORMAL[:11] + [v + 2 for v in NORMAL],
            [float(v) for v in np.cumsum(NORMAL)],
        )
    ],
    # Ten blocks rise or fall more steadily than chance would have it in 1 of 100 runs where scipy says p < 0.01.
    "mann_kendall": [
        {"medians": m, "score": int(sum(np.sign(b - a) for i, a in enumerate(m) for b in m[i + 1:])),
         "p": float(stats.kendalltau(range(10), m, method="exact").pvalue)}
        for m in (
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [5, 1, 2, 3, 4, 6, 7, 8, 10, 9],
            [5, 1, 2, 3, 4, 6, 7, 10, 8, 9], [9, 1, 2, 3, 4, 5, 6, 7, 8, 10], [2, 1, 4, 3, 6, 5, 8, 7, 10, 9],
            [10, 1, 2, 3, 4, 5, 6, 7, 8, 9], [3, 9, 1, 8, 2, 10, 4, 7, 5, 6],
        )
    ],
}
Path(__file__).with_name("statistics.json").write_text(json.dumps(fixtures, separators=(",", ":")) + "\n")
