# A params.yaml that cannot be read, and that no stage names.
git init -q; dvc init -q
printf 'stages:\n  a: {cmd: echo 1 > o, outs: [o]}\n' > dvc.yaml
dvc repro -q
printf 'a: [\n' > params.yaml
rc status dvc status
rc list dvc stage list
rc again dvc repro
printf 'stages:\n  a: {cmd: "echo ${a} > o", outs: [o]}\n' > dvc.yaml
rc used dvc repro
rc usedstatus dvc status
