#!/bin/sh
# Stages as jobs beside the same work as plain arrays of sbatch, on a Slurm of its own with two CPUs:
# tests/bench/slurm.sh CAIRN [STAGES]. Prints a table of Markdown; of cairn the CPU time is that of the submitter and of all
# the commands that it runs.
CAIRN=${1:?usage: tests/bench/slurm.sh CAIRN [STAGES]}
# shellcheck source=tests/slurm/lib.sh
. "$(dirname "$0")/../slurm/lib.sh"
stages=${2:-200}
wide=$((stages / 4))
PATH=$PATH:/usr/sbin
trap 'cluster_down; finish >/dev/null' EXIT # there are no cases to count
CPUS=2 cluster_up 1

# timed COMMAND...: sets $wall and $cpu, in seconds.
timed() {
    python3 - "$@" >"$work/timed" <<'X'
import resource, subprocess, sys, time
began = time.monotonic()
with open("out", "w") as out:
    subprocess.run(sys.argv[1:], check=True, stdout=out, stderr=out)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{time.monotonic() - began:.2f} {used.ru_utime + used.ru_stime:.3f}")
X
    read -r wall cpu <"$work/timed"
}
repo() { # FOLDER
    mkdir "$work/$1" && cd "$work/$1" || exit 2
    git init -q && "$CAIRN" init -q && "$CAIRN" config exec.type slurm
}
levels() {
    echo 'stages:'
    for level in 1 2 3 4; do
        echo "  l$level:"
        echo "    foreach: [$(seq -s, "$wide")]"
        echo "    do:"
        echo "      cmd: sleep 1; echo \${item} >l$level.\${item}"
        [ $level = 1 ] || printf '      deps:\n      - l%s.${item}\n' $((level - 1))
        printf '      outs:\n      - l%s.${item}\n' $level
    done
}
# The same levels: a task of one array waits for that of the array before.
cat >"$work/plain" <<'X'
#!/bin/sh
set -e
after=
for level in 1 2 3 4; do
    printf '#!/bin/sh\nsleep 1; echo "$SLURM_ARRAY_TASK_ID" >l%s.$SLURM_ARRAY_TASK_ID\n' $level >script.$level
    after=$(sbatch --parsable -o /dev/null --array="1-$1" ${after:+--dependency=aftercorr:$after} script.$level)
done
until [ "$(squeue -h -r -j "$after" -t pending,running,completing -o %i 2>/dev/null | wc -l)" = 0 ]; do sleep 0.5; done
X
chmod +x "$work/plain"

mkdir "$work/beside" && cd "$work/beside" || exit 2
timed "$work/plain" "$wide"
plain=$wall
[ "$(find . -name 'l4.*' | wc -l)" = "$wide" ] || { echo 'the plain arrays did not do the work'; exit 1; }

repo stages
levels >dvc.yaml
timed "$CAIRN" repro
[ "$(find . -name 'l4.*' | wc -l)" = "$wide" ] || { tail -n 5 out; exit 1; }
echo '| work | s | submitter, CPU | beside | s | cairn / beside | aim |'
echo '| --- | --- | --- | --- | --- | --- | --- |'
awk -v n="$stages" -v w="$wall" -v c="$cpu" -v p="$plain" 'BEGIN {
    printf "| `repro`, %d stages of `sleep 1` in 4 levels on 2 CPUs | %.1f | %.1f ms a stage | arrays of sbatch | %.1f | %.2f | ≤ 1.25 of beside, ≤ 50 ms |\n", n, w, 1000 * c / n, p, w / p }'

waiting() { # NAME SECONDS
    repo "$1"
    printf 'stages:\n  s:\n    cmd: sleep %s; echo x >x\n    outs: [x]\n' "$2" >dvc.yaml
    timed "$CAIRN" repro
}
waiting short 1
before=$cpu
waiting long 61
awk -v a="$before" -v b="$cpu" 'BEGIN { printf "| waiting for one job of a minute | 60 | %.2f %% of a core | - | - | - | ≤ 1 %% |\n", (b - a) / 60 * 100 }'
