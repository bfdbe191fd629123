# shellcheck shell=sh
# Sourced by the scripts here: a Slurm of their own on the loopback, over the cases and servers of tests/remotes/lib.sh.
# It is all in $work/slurm: key, spool, state and logs; daemons run in the foreground as our children and are stopped by
# their process ids at the end, after the jobs that are still there.
#   cluster_up [NODES]   munged, slurmctld, and one slurmd per node: node1, node2, … (1), of $CPUS (2) CPUs each
#   cluster_down         everything of it has gone when this returns
#   node_up NAME, node_kill NAME, node_lost NAME JOB, controller_up, controller_down SIGNAL
# shellcheck source=tests/remotes/lib.sh
. "$(dirname "$0")/../remotes/lib.sh"
cluster=$work/slurm
export SLURM_CONF="$cluster/slurm.conf"
unset SLURM_JOB_ID SBATCH_PARTITION SQUEUE_FORMAT SQUEUE_STATES
trap 'cluster_down; finish; exit $?' EXIT

# daemon NAME COMMAND...: its process id is in $cluster/NAME.pid.
daemon() {
    name=$1
    shift
    "$@" >"$cluster/log/$name.out" 2>&1 &
    echo $! >"$cluster/$name.pid"
}
# daemon_stop NAME SIGNAL: and waits until it has gone.
daemon_stop() {
    [ -e "$cluster/$1.pid" ] || return 0
    pid=$(cat "$cluster/$1.pid")
    rm "$cluster/$1.pid"
    kill "-$2" "$pid" 2>/dev/null
    # Those that ask before they end get ten seconds.
    tries=100
    while [ $tries -gt 0 ] && kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; do
        tries=$((tries - 1))
        sleep 0.1
    done
    [ $tries -gt 0 ] || kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
}

cluster_configure() { # COUNT of nodes
    user=$(id -un)
    cat <<E2
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$cluster/munge/sock
CredType=cred/munge
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/spool/%n
SlurmctldPidFile=$cluster/state/slurmctld.pid
SlurmdPidFile=$cluster/spool/%n.pid
SlurmctldLogFile=$cluster/log/slurmctld.log
SlurmdLogFile=$cluster/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=2
BatchStartTimeout=2
SlurmdParameters=config_overrides
SlurmdTimeout=${NODE_TIMEOUT:-300}
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MinJobAge=3600
E2
    node=1
    while [ $node -le "$1" ]; do
        echo "NodeName=node$node NodeHostname=localhost NodeAddr=127.0.0.1 Port=$(free_port) CPUs=${CPUS:-2} RealMemory=1000 State=UNKNOWN"
        node=$((node + 1))
    done
    echo "PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP"
}
nodes_are() { # STATE NAME
    [ "$(timeout 5 sinfo -h -N -n "$2" -o %T 2>&1)" = "$1" ]
}
controller_up() {
    daemon slurmctld slurmctld -D
    until_ready timeout 5 sinfo -h
}
controller_down() { # KILL: what it learned in the last seconds is lost; TERM: is not
    daemon_stop slurmctld "$1"
}
# Slurm before 24 takes its own IPv6 address for another host's: the name of a node is told by -N.
node_up() { # NAME
    mkdir -p "$cluster/spool/$1"
    daemon "$1" slurmd -D -N "$1"
}
node_kill() { # NAME; steps that run on it have processes of their own and go on
    daemon_stop "$1" KILL
}
# node_lost NAME JOB: the node and what runs of the job there go, as a power cut has it, and Slurm notices at once; of its
# own it would begin the job again only after two minutes.
node_lost() {
    node_kill "$1"
    for environment in /proc/[0-9]*/environ; do
        pid=${environment#/proc/}
        pid=${pid%/environ}
        # Who watches over the job first, so that it cannot tell.
        ! grep -qsa "^slurmstepd: \[$2\." "/proc/$pid/cmdline" || kill -9 "$pid" 2>/dev/null
    done
    for environment in /proc/[0-9]*/environ; do
        pid=${environment#/proc/}
        pid=${pid%/environ}
        ! tr '\0' '\n' 2>/dev/null <"$environment" | grep -qx "SLURM_JOB_ID=$2" || kill -9 "$pid" 2>/dev/null
    done
    scontrol update nodename="$1" state=down reason=test
    until_ready job_is PENDING "$2" && scontrol update jobid="$2" starttime=now
}
cluster_up() {
    mkdir -p "$cluster/munge" "$cluster/state" "$cluster/spool" "$cluster/log"
    chmod 700 "$cluster/munge"
    head -c 1024 /dev/urandom >"$cluster/munge/key"
    chmod 400 "$cluster/munge/key"
    nodes=${1:-1}
    cluster_configure "$nodes" >"$SLURM_CONF"
    daemon munged munged -F -f --key-file="$cluster/munge/key" --socket="$cluster/munge/sock" --pid-file="$cluster/munge/pid" \
        --log-file="$cluster/munge/log" --seed-file="$cluster/munge/seed" --num-threads=2
    until_ready munge -n -S "$cluster/munge/sock" || cluster_broken munged
    controller_up || cluster_broken slurmctld
    node=1
    while [ $node -le "$nodes" ]; do
        node_up node$node
        until_ready nodes_are idle node$node || cluster_broken node$node
        node=$((node + 1))
    done
}
cluster_broken() { # NAME of the daemon that does not start
    current=${current:-cluster} broken=${broken:-}
    fails "$1 does not start: $(tail -n 5 "$cluster/log/$1.out" "$cluster/log/$1.log" "$cluster/munge/log" 2>/dev/null)"
    exit 1
}
cluster_processes() { # that have our configuration
    for environment in /proc/[0-9]*/environ; do
        pid=${environment#/proc/}
        pid=${pid%/environ}
        [ "$pid" = $$ ] || ! grep -qsaF "SLURM_CONF=$SLURM_CONF" "$environment" || echo "$pid"
    done
}
no_jobs() {
    [ -z "$(timeout 5 squeue -h -o %i 2>&1)" ]
}
cluster_down() {
    [ -e "$cluster/munged.pid" ] || return 0
    if [ -e "$cluster/slurmctld.pid" ]; then
        timeout 5 scancel -u "$(id -un)" >/dev/null 2>&1
        tries=50
        until no_jobs || [ $tries = 0 ]; do
            tries=$((tries - 1))
            sleep 0.1
        done
    fi
    for file in "$cluster"/node*.pid; do
        name=${file##*/}
        daemon_stop "${name%.pid}" TERM
    done
    daemon_stop slurmctld TERM
    daemon_stop munged TERM
}

# batch TEXT [OPTION...]: a job of this script; its number. job_state ID: PENDING, RUNNING, COMPLETED, …
batch() {
    text=$1
    shift
    printf '#!/bin/sh\n%s\n' "$text" | sbatch --parsable "$@" 2>>"$work/sbatch.err"
}
job_state() {
    timeout 5 squeue -h -t all -j "$1" -o %T 2>/dev/null
}
job_is() { # STATE ID
    [ "$(job_state "$2")" = "$1" ]
}
