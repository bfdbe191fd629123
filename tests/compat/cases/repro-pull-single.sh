# --pull of one stage: a part of a folder that another makes, outs that nothing is recorded of, stages that never ran.
git init -q; dvc init -q; dvc remote add -q -d st ../store
echo in > in; dvc add -q in
cat > dvc.yaml <<'EOF'
stages:
  split: {cmd: mkdir parts && cp in parts/a && cp in parts/b, deps: [in], outs: [parts]}
  part: {cmd: cp parts/a a, deps: [parts/a], outs: [a]}
  never: {cmd: cp in end, deps: [in], outs: [end]}
EOF
dvc repro -q split part; dvc push -q; git add -A; git commit -qm done
rm -rf .dvc/cache in parts a
sed -i 's/cp parts.a a/cp parts\/a a #/' dvc.yaml
rc part dvc repro -s --pull part
ls parts
rm -rf .dvc/cache in parts a
rc never dvc repro -s --pull never
