"""Takes some columns, in units of their spread over the birds to train with."""
import argparse
import csv
import os
import statistics

parser = argparse.ArgumentParser()
parser.add_argument("--columns", nargs="+")
args = parser.parse_args()


def read(name):
    with open(f"prepared/{name}.csv", newline="") as f:
        return list(csv.DictReader(f))


train = read("train")
scales = {}
for column in args.columns:
    values = [float(bird[column]) for bird in train]
    scales[column] = statistics.mean(values), statistics.stdev(values)

os.makedirs("features", exist_ok=True)
for name, birds in ("train", train), ("test", read("test")):
    with open(f"features/{name}.csv", "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["species", *args.columns])
        for bird in birds:
            scaled = [(float(bird[c]) - mean) / spread for c, (mean, spread) in scales.items()]
            out.writerow([bird["species"], *(f"{x:.6f}" for x in scaled)])
