# Config files as people write them.
git init -q; dvc init -q; git commit -qm start
cat > .dvc/config <<'C'
[core]
remote=one
autostage = TRUE
[cache]
    type = copy, symlink
["remote \"one\""]
    url = ../remote-a
[remote "two"]
    url = /tmp/somewhere else
    jobs = 3
C
rc list dvc config --list
printf '[core]\nremote=one\nautostage = TRUE\n[cache]\n    type = copy,symlink\n[remote "one"]\n    url = ../remote-a\n' > .dvc/config
out list2 dvc config --list
out remotes dvc remote list
dvc remote add two 'path with, comma'
dvc config core.checksum_jobs 3
dvc remote modify one jobs 4
out list3 dvc config --list
