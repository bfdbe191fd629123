"""Fits weights per species and column (softmax regression, by gradient descent)."""
import argparse
import csv
import json
import math

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float)
parser.add_argument("--epochs", type=int)
args = parser.parse_args()

with open("features/train.csv", newline="") as f:
    _, *rows = csv.reader(f)
birds = [(species, [1.0, *map(float, values)]) for species, *values in rows]
weights = {species: [0.0] * len(birds[0][1]) for species in sorted({s for s, _ in birds})}

losses = []
for epoch in range(args.epochs):
    slope = {species: [0.0] * len(w) for species, w in weights.items()}
    loss = 0.0
    for actual, x in birds:
        score = {s: math.exp(sum(a * b for a, b in zip(w, x))) for s, w in weights.items()}
        total = sum(score.values())
        loss -= math.log(score[actual] / total)
        for species in weights:
            error = score[species] / total - (species == actual)
            for i, value in enumerate(x):
                slope[species][i] += error * value
    for species, w in weights.items():
        for i in range(len(w)):
            w[i] -= args.rate * slope[species][i] / len(birds)
    losses.append(loss / len(birds))

with open("model.json", "w") as f:
    json.dump({s: [round(x, 6) for x in w] for s, w in weights.items()}, f, indent=1)
    f.write("\n")
with open("loss.csv", "w", newline="") as f:
    out = csv.writer(f, lineterminator="\n")
    out.writerow(["epoch", "loss"])
    out.writerows((i, f"{loss:.6f}") for i, loss in enumerate(losses))
