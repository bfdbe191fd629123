"""How many birds of the test the model knows, and which it takes for which."""
import csv
import json

with open("model.json") as f:
    weights = json.load(f)
with open("features/test.csv", newline="") as f:
    _, *rows = csv.reader(f)

seen = []
for actual, *values in rows:
    x = [1.0, *map(float, values)]
    predicted = max(weights, key=lambda s: sum(a * b for a, b in zip(weights[s], x)))
    seen.append((actual, predicted))

recall = {}
for species in weights:
    own = [p for a, p in seen if a == species]
    recall[species] = round(own.count(species) / len(own), 4)
accuracy = round(sum(a == p for a, p in seen) / len(seen), 4)

with open("metrics.json", "w") as f:
    json.dump({"accuracy": accuracy, "recall": recall}, f, indent=1)
    f.write("\n")
with open("confusion.csv", "w", newline="") as f:
    csv.writer(f, lineterminator="\n").writerows([("actual", "predicted"), *seen])
