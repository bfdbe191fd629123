#!/bin/sh
# The example workflows: their own steps run as they stand in examples/, against S3. What only the services have is a
# stand-in that notes what it is asked: gh, curl, apt-get, and the address that GitLab's job pushes to.
. "$(dirname "$0")/lib.sh"

serve_s3 s3
examples=$here/../../examples
mkdir "$work/bin"
ln -s "$CAIRN" "$work/bin/cairn"
for name in gh curl; do
    printf '#!/bin/sh\necho "%s $*" >>"%s"\n' $name "$work/asked" >"$work/bin/$name"
    chmod +x "$work/bin/$name"
done

# steps FILE KEY: the commands under `KEY:` (one line, or a block after |), in order.
steps() {
    python3 - "$1" "$2" <<'EOF'
import re, sys
lines = open(sys.argv[1]).read().split("\n")
key, inside, block, indent = sys.argv[2], sys.argv[2] == "run", None, 0
for line in lines:
    depth = len(line) - len(line.lstrip())
    if block is not None:
        if not line.strip() or depth > indent:
            block.append(line)
            continue
        base = min(len(b) - len(b.lstrip()) for b in block if b.strip())
        print("\n".join(b[base:] for b in block))
        block = None
    if key != "run" and re.match(r"  \w+:", line):
        inside = line.strip() == key + ":"
    found = re.match(r"\s*run: (.*)" if key == "run" else r"    - (.*)", line) if inside else None
    if found and found[1] == "|":
        block, indent = [], depth
    elif found:
        print(found[1])
if block:
    base = min(len(b) - len(b.lstrip()) for b in block if b.strip())
    print("\n".join(b[base:] for b in block))
EOF
}

# A repository whose branch `better` has a parameter that makes the score 5 or what is asked for, not yet reproduced.
pushed() { # score
    project
    git init -q --bare ../origin.git
    echo 1 >data
    echo 'factor: 4' >params.yaml
    cat >dvc.yaml <<'EOF'
stages:
  score:
    cmd: "echo \"{\\\"score\\\": $(sed -n 's/factor. //p' params.yaml)}\" >metrics.json"
    deps: [data]
    params: [factor]
    metrics: [{metrics.json: {cache: false}}]
EOF
    "$CAIRN" add -q data
    "$CAIRN" remote add -q -d storage s3://bucket/results
    "$CAIRN" remote modify -q storage endpointurl "$url"
    cairn repro
    AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret "$CAIRN" push -q
    git add -A
    git commit -q -m base
    git remote add origin ../origin.git
    git push -q -u origin main
    git switch -q -c better
    echo "factor: $1" >params.yaml
    git commit -q -am better
    git push -q -u origin better
    rm -rf "$work/clone"
    git clone -q -b better ../origin.git "$work/clone"
    : >"$work/asked"
}
# job SCRIPT…: in the clone, with what both services give.
job() {
    (
        cd "$work/clone" || exit 1
        export AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret BASE=origin/main PATH="$work/bin:$PATH"
        sh -e "$1"
    ) >"$work/job.log" 2>&1
}


case_begin "GitHub: the results of a pull request"
steps "$examples/github-actions/results.yml" run >"$work/github"
[ "$(grep -c cairn "$work/github")" -ge 4 ] || fails "the steps were not found: $(cat "$work/github")"
pushed 5
export PULL_REQUEST=7 GITHUB_STEP_SUMMARY="$work/summary"
job "$work/github" || fails "the job: $(cat "$work/job.log")"
grep -q '^gh pr comment 7 --body-file report.md' "$work/asked" || fails "no comment: $(cat "$work/asked")"
grep -q score "$work/summary" || fails "the report does not tell the score: $(cat "$work/summary")"
git fetch -q
[ "$(git log --format=%s -1 origin/better)" = Results ] || fails "the results were not pushed: $(cat "$work/job.log")"
git show origin/better:metrics.json | grep -q 5 || fails "the results are others"
rm -rf ../origin.git

case_begin "GitHub: a model that is worse stops the job"
pushed 3
job "$work/github" && fails "the gate let it through"
grep -q score "$work/job.log" || fails "the gate says nothing: $(cat "$work/job.log")"
[ ! -s "$work/asked" ] || fails "it reported all the same"
git fetch -q
[ "$(git log --format=%s -1 origin/better)" = better ] || fails "it pushed all the same"
rm -rf ../origin.git

case_begin "GitLab: the results of a merge request"
steps "$examples/gitlab-ci/.gitlab-ci.yml" script >"$work/gitlab"
[ "$(grep -c cairn "$work/gitlab")" -ge 4 ] || fails "the steps were not found: $(cat "$work/gitlab")"
pushed 6
export PUSH_TOKEN=s3cret CI_SERVER_HOST=gitlab.test CI_PROJECT_PATH=team/project CI_API_V4_URL=https://gitlab.test/api/v4 \
    CI_PROJECT_ID=1 CI_MERGE_REQUEST_IID=2
git config --global url."$PWD/../origin.git".insteadOf "https://results:s3cret@gitlab.test/team/project.git"
job "$work/gitlab" || fails "the job: $(cat "$work/job.log")"
grep -q 'merge_requests/2/notes' "$work/asked" || fails "no comment: $(cat "$work/asked")"
git fetch -q
[ "$(git log --format=%s -1 origin/better)" = Results ] || fails "the results were not pushed: $(cat "$work/job.log")"
expect_no s3cret "$work/job.log"
rm -rf ../origin.git
