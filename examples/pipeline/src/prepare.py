"""Leaves out birds that were not measured, and splits the rest into train and test."""
import argparse
import csv
import os
import random

parser = argparse.ArgumentParser()
parser.add_argument("--test", type=float)
parser.add_argument("--seed", type=int)
args = parser.parse_args()

with open("data/penguins.csv", newline="") as f:
    header, *birds = csv.reader(f)
birds = [bird for bird in birds if "NA" not in bird]
random.Random(args.seed).shuffle(birds)
ntest = round(len(birds) * args.test)

os.makedirs("prepared", exist_ok=True)
for name, rows in ("test", birds[:ntest]), ("train", birds[ntest:]):
    with open(f"prepared/{name}.csv", "w", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([header, *rows])
