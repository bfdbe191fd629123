# The configuration of the tool pre-commit.
git init -q; dvc init -q; git commit -qm start
dvc install --use-pre-commit-tool
out first cat .pre-commit-config.yaml
dvc install --use-pre-commit-tool
out second cat .pre-commit-config.yaml
printf 'repos:\n# mine\n- repo: x\n  rev: y\n  hooks: []\n' > .pre-commit-config.yaml
dvc install --use-pre-commit-tool
out mine cat .pre-commit-config.yaml
