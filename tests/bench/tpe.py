#!/usr/bin/env python3
"""The estimator of `exp sweep --method bayes` beside Optuna's: tests/bench/tpe.py PROGRAM [SEEDS [TRIALS]]

PROGRAM is built from tests/bench/tpe_ask.c (make BUILD/bench/tpe_ask). Needs Optuna from PyPI. On each function the
best value of TRIALS trials is taken, and of that the median of SEEDS seeds; less is better. Exits 1 if ours is worse
anywhere.
"""
import math
import random
import statistics
import subprocess
import sys


def branin(x, y):
    b, c, t = 5.1 / (4 * math.pi**2), 5 / math.pi, 1 / (8 * math.pi)
    return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - t) * math.cos(x) + 10 - 0.397887


def rosenbrock(*x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x, x[1:]))


def ackley(*x):
    n = len(x)
    near = -20 * math.exp(-0.2 * math.sqrt(sum(a * a for a in x) / n))
    return near - math.exp(sum(math.cos(2 * math.pi * a) for a in x) / n) + 20 + math.e


def hartmann(*x):
    a = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
    p = [[1312, 1696, 5569, 124, 8283, 5886], [2329, 4135, 8307, 3736, 1004, 9991],
         [2348, 1451, 3522, 2883, 3047, 6650], [4047, 8828, 8732, 5743, 1091, 381]]
    weights = [1.0, 1.2, 3.0, 3.2]
    return 3.32237 - sum(
        w * math.exp(-sum(r * (v - q * 1e-4) ** 2 for r, v, q in zip(row, x, at))) for w, row, at in zip(weights, a, p))


def training(rate, depth, units, kind):
    """Like the loss of a model: a valley over a logarithm, whole numbers, and a choice."""
    valley = (math.log10(rate) + 3 + 0.2 * (kind == "b")) ** 2
    return valley + 0.05 * abs(depth - 7) + 0.1 * abs(math.log2(units / 64)) + {"a": 0.3, "b": 0, "c": 0.6}[kind]


def camel(x, y):
    return (4 - 2.1 * x * x + x**4 / 3) * x * x + x * y + (4 * y * y - 4) * y * y + 1.0316


def styblinski(*x):
    return sum(a**4 - 16 * a * a + 5 * a for a in x) / 8 + 39.16617


REAL, LOG, INT, LOGINT, CHOICE = "uniform", "log", "int", "logint", "choice"
FUNCTIONS = [
    ("branin", branin, [(REAL, -5, 10), (REAL, 0, 15)]),
    ("rosenbrock", rosenbrock, [(REAL, -2, 2)] * 3),
    ("ackley", ackley, [(REAL, -5, 5)] * 4),
    ("hartmann", hartmann, [(REAL, 0, 1)] * 6),
    ("training", training, [(LOG, 1e-5, 1e-1), (INT, 2, 12), (LOGINT, 1, 512), (CHOICE, "a", "b", "c")]),
    ("camel", camel, [(REAL, -3, 3), (REAL, -2, 2)]),
    ("styblinski", styblinski, [(REAL, -5, 5)] * 4),
]


def ours(program, seed, trials, fn, dims):
    words = [f"x{i}={d[0]}({','.join(map(str, d[1:]))})" for i, d in enumerate(dims)]
    best = math.inf
    with subprocess.Popen([program, str(seed), str(trials), *words], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as p:
        for line in p.stdout:
            values = [v if d[0] == CHOICE else float(v) for v, d in zip(line.split(), dims)]
            loss = fn(*values)
            best = min(best, loss)
            p.stdin.write(f"{loss!r}\n")
            p.stdin.flush()
    return best


def optuna_best(seed, trials, fn, dims, **options):
    import optuna
    import warnings

    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def ask(trial, i, d):
        if d[0] == CHOICE:
            return trial.suggest_categorical(f"x{i}", d[1:])
        suggest = trial.suggest_float if d[0] in (REAL, LOG) else trial.suggest_int
        return suggest(f"x{i}", d[1], d[2], log=d[0].startswith(LOG))

    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, **options))
    study.optimize(lambda t: fn(*[ask(t, i, d) for i, d in enumerate(dims)]), n_trials=trials)
    return study.best_value


def random_best(seed, trials, fn, dims):
    rng = random.Random(seed)

    def draw(d):
        if d[0] == CHOICE:
            return rng.choice(d[1:])
        if d[0] in (LOG, LOGINT):
            v = math.exp(rng.uniform(math.log(d[1]), math.log(d[2])))
            return round(v) if d[0] == LOGINT else v
        return rng.randint(d[1], d[2]) if d[0] == INT else rng.uniform(d[1], d[2])

    return min(fn(*[draw(d) for d in dims]) for _ in range(trials))


def main():
    program = sys.argv[1]
    seeds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    trials = int(sys.argv[3]) if len(sys.argv) > 3 else 60
    worse = 0
    print(f"{'function':<12}{'ours':>10}{'Optuna':>10}{'one by one':>12}{'random':>10}")
    for name, fn, dims in FUNCTIONS:
        def median(best):
            return statistics.median(best(seed) for seed in range(seeds))

        mine = median(lambda s: ours(program, s, trials, fn, dims))
        theirs = median(lambda s: optuna_best(s, trials, fn, dims))
        single = median(lambda s: optuna_best(s, trials, fn, dims, multivariate=False))
        chance = median(lambda s: random_best(s, trials, fn, dims))
        worse += mine > theirs
        print(f"{name:<12}{mine:>10.4f}{theirs:>10.4f}{single:>12.4f}{chance:>10.4f}", flush=True)
    sys.exit(worse > 0)


if __name__ == "__main__":
    main()
