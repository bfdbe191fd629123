# Targets of push as patterns; a part of a folder.
mkdir repo; cd repo; git init -q; dvc init -q; dvc remote add -q -d r ../store
mkdir sub d; echo a > a1; echo b > a2; echo c > sub/a3; echo 1 > d/f1; echo 2 > d/f2; dvc add -q a1 a2 sub/a3 d
printf 'stages:\n  st1: {cmd: echo x > st1o, outs: [st1o]}\n' > dvc.yaml; dvc repro -q
dvc push --glob '[a-b]1'
snap bracket
dvc push --glob '**/a3'
dvc push --glob 'st*' 'a?.dvc'
snap several
rc none dvc push --glob 'nope*'
rc group dvc push --glob 'dvc.yaml:st*'
rc folder dvc push --glob 'su*'
dvc push --glob '*.dvc'
snap all
