# Outputs outside of the repository: not cached they work, cached ones fail their stage and no other.
mkdir far repo; cd repo; git init -q; dvc init -q; git commit -qm start
printf 'stages:\n  make:\n    cmd: echo 1 >../far/f\n    outs:\n    - ../far/f:\n        cache: false\n  use:\n    cmd: cp ../far/f copy\n    deps: [../far/f]\n    outs: [copy]\n' > dvc.yaml
dvc repro
out st dvc status --json
dvc repro
out list dvc stage list
snap made
printf 2 > ../far/f
out changed dvc status --json
dvc commit -f
snap committed
rm ../far/f
out gone dvc status --json
dvc remove make
printf 'stages:\n  bad:\n    cmd: echo 1 >../far/g\n    outs: [../far/g]\n  near:\n    cmd: echo 1 >near\n    outs: [near]\n' > dvc.yaml
dvc repro near
rc bad dvc repro bad
rc add dvc stage add -n a -o ../far/f 'echo 1'
rc url dvc stage add -n a -o s3://bucket/f 'echo 1'
dvc stage add -n a -O ../far/f 'echo 1 >../far/f'
dvc repro a
