#!/bin/sh
# The frame itself: a cluster comes up, runs jobs, loses a node and its controller, and goes without leaving anything.
# shellcheck source=tests/slurm/lib.sh
. "$(dirname "$0")/lib.sh"

case_begin 'a job runs'
cluster_up 2
# shellcheck disable=SC2016 # the job's
id=$(batch 'echo from "$SLURM_JOB_ID" >made' -o log)
until_ready job_is COMPLETED "$id" || fails "job $id is $(job_state "$id"): $(cat "$work/sbatch.err")"
[ "$(cat made)" = "from $id" ] || fails "it made: $(cat made)"

case_begin 'a controller that is stopped comes back with its jobs'
id=$(batch 'sleep 1; echo yes >made' -o log)
until_ready job_is RUNNING "$id" || fails "job $id is $(job_state "$id")"
controller_down TERM
controller_up
until_ready job_is COMPLETED "$id" || fails "job $id is $(job_state "$id")"
[ "$(cat made)" = yes ] || fails 'nothing was made'

case_begin 'a node that is killed comes back'
node_kill node2
node_up node2
id=$(batch 'echo yes >made' -w node2 -o log)
until_ready job_is COMPLETED "$id" || fails "job $id is $(job_state "$id")"

case_begin 'nothing is left'
id=$(batch 'sleep 600' -o log)
until_ready job_is RUNNING "$id" || fails "job $id is $(job_state "$id")"
cluster_down
sleep 0.2
left=$(cluster_processes)
[ -z "$left" ] || fails "processes are left: $left"
