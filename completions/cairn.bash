# bash completion, made by `cairn completion -s bash`

_cairn() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local cmd='' kind='' i choices=() options
    options=('-h' '--help' '-q' '--quiet' '-v' '--verbose')
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        --cd) ((i++)) ;;
        -*) ;;
        *)
            cmd=${cmd:+$cmd }${COMP_WORDS[i]}
            case $cmd in artifacts | bundle | cache | exp | experiments | data | dataset | ds | metrics | params | plots | prompt | queue | registry | remote | stage | studio) ;; *) break ;; esac
            ;;
        esac
    done
    case $cmd in
    'version' | 'doctor')
        cmd='version' choices=()
        options+=('--bundle')
        ;;
    'help')
        cmd='help' choices=('version' 'help' 'completion' 'add' 'import' 'import-url' 'import-db' 'update' 'commit' 'checkout' 'status' 'diff' 'list' 'list-url' 'get-url' 'du' 'get' 'cat' 'push' 'fetch' 'pull' 'move' 'remove' 'unprotect' 'destroy' 'check-ignore' 'gc' 'fsck' 'repro' 'why' 'dag' 'freeze' 'unfreeze' 'log' 'report' 'init' 'config' 'install' 'uninstall' 'root' 'artifacts' 'bundle' 'cache' 'exp' 'data' 'dataset' 'metrics' 'params' 'plots' 'prompt' 'queue' 'registry' 'remote' 'stage' 'studio')
        options+=()
        ;;
    'completion')
        cmd='completion' choices=()
        options+=('-s' '--shell')
        ;;
    'add')
        cmd='add' kind=file choices=()
        options+=('--no-commit' '--glob' '-o' '--out' '--to-remote' '-r' '--remote' '--remote-jobs' '-f' '--force' '--no-relink')
        ;;
    'import')
        cmd='import' kind=file choices=()
        options+=('-o' '--out' '-f' '--force' '--no-exec' '--no-download' '-j' '--jobs' '--config' '--remote' '--remote-config' '--rev')
        ;;
    'import-url')
        cmd='import-url' kind=file choices=()
        options+=('--to-remote' '-r' '--remote' '--no-exec' '--no-download' '-j' '--jobs' '-f' '--force' '--version-aware' '--fs-config')
        ;;
    'import-db')
        cmd='import-db' choices=()
        options+=('--sql' '--table' '--output-format' '-o' '--out' '-f' '--force' '--conn')
        ;;
    'update')
        cmd='update' kind=file choices=()
        options+=('--rev' '-R' '--recursive' '--no-download' '--to-remote' '-r' '--remote' '-j' '--jobs')
        ;;
    'dataset add' | 'ds add')
        cmd='dataset add' kind=file choices=()
        options+=('--dc' '--dvc' '--url' '--rev' '--path' '-f' '--force')
        ;;
    'dataset update' | 'ds update')
        cmd='dataset update' kind=file choices=()
        options+=('--rev')
        ;;
    'commit')
        cmd='commit' kind=file choices=()
        options+=('-f' '--force' '-d' '--with-deps' '-R' '--recursive' '--no-relink')
        ;;
    'checkout')
        cmd='checkout' kind=file choices=()
        options+=('--summary' '-d' '--with-deps' '-R' '--recursive' '-f' '--force' '--relink' '--allow-missing')
        ;;
    'status')
        cmd='status' kind=file choices=()
        options+=('-j' '--jobs' '-c' '--cloud' '-r' '--remote' '-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '-d' '--with-deps' '-R' '--recursive' '--json' '--no-updates')
        ;;
    'data status')
        cmd='data status' kind=file choices=()
        options+=('--json' '--granular' '--unchanged' '--untracked-files' '-r' '--remote' '--not-in-remote' '--no-remote-refresh')
        ;;
    'data diff')
        cmd='data diff' kind=file choices=()
        options+=('--key' '--summary' '--json')
        ;;
    'diff')
        cmd='diff' kind=file choices=()
        options+=('--targets' '--json' '--show-hash' '--md' '--hide-missing')
        ;;
    'list' | 'ls')
        cmd='list' kind=file choices=()
        options+=('-R' '--recursive' '-T' '--tree' '-L' '--level' '--dvc-only' '--json' '--config' '--remote' '--remote-config' '--rev' '--size' '--show-hash')
        ;;
    'list-url' | 'ls-url')
        cmd='list-url' kind=file choices=()
        options+=('-R' '--recursive' '-T' '--tree' '-L' '--level' '--size' '--fs-config')
        ;;
    'get-url')
        cmd='get-url' kind=file choices=()
        options+=('-j' '--jobs' '-f' '--force' '--fs-config')
        ;;
    'du')
        cmd='du' kind=file choices=()
        options+=('-s' '--summarize' '--config' '--remote' '--remote-config' '--rev')
        ;;
    'get')
        cmd='get' kind=file choices=()
        options+=('-o' '--out' '--show-url' '-j' '--jobs' '-f' '--force' '--glob' '--config' '--remote' '--remote-config' '--rev')
        ;;
    'cat')
        cmd='cat' kind=file choices=()
        options+=('-j' '--jobs')
        ;;
    'push')
        cmd='push' kind=file choices=()
        options+=('-j' '--jobs' '-r' '--remote' '-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '-d' '--with-deps' '-R' '--recursive' '--run-cache' '--no-run-cache' '--glob' '--json-progress')
        ;;
    'fetch')
        cmd='fetch' kind=file choices=()
        options+=('-j' '--jobs' '-r' '--remote' '-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '-d' '--with-deps' '-R' '--recursive' '--run-cache' '--no-run-cache' '--max-size' '--type' '--json-progress')
        ;;
    'pull')
        cmd='pull' kind=file choices=()
        options+=('-j' '--jobs' '-r' '--remote' '-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '-f' '--force' '-d' '--with-deps' '-R' '--recursive' '--run-cache' '--no-run-cache' '--allow-missing' '--json-progress')
        ;;
    'bundle create')
        cmd='bundle create' kind=file choices=()
        options+=('--rev' '-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '-d' '--with-deps' '-R' '--recursive' '--run-cache' '--glob' '-f' '--force' '--allow-missing')
        ;;
    'bundle unpack')
        cmd='bundle unpack' kind=file choices=()
        options+=()
        ;;
    'bundle verify')
        cmd='bundle verify' kind=file choices=()
        options+=()
        ;;
    'move' | 'mv')
        cmd='move' kind=file choices=()
        options+=()
        ;;
    'remove' | 'rm')
        cmd='remove' kind=file choices=()
        options+=('--outs')
        ;;
    'unprotect')
        cmd='unprotect' kind=file choices=()
        options+=()
        ;;
    'destroy')
        cmd='destroy' choices=()
        options+=('-f' '--force')
        ;;
    'check-ignore')
        cmd='check-ignore' kind=file choices=()
        options+=('-d' '--details' '-n' '--non-matching' '--stdin')
        ;;
    'gc')
        cmd='gc' choices=()
        options+=('-w' '--workspace' '--rev' '-n' '--num' '-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '--date' '--all-experiments' '--not-in-remote' '-c' '--cloud' '-r' '--remote' '--skip-failed' '-f' '--force' '-j' '--jobs' '-p' '--projects' '--dry' '--trash' '--json' '--undo')
        ;;
    'fsck')
        cmd='fsck' kind=file choices=()
        options+=('--cache' '-r' '--remote' '--repair' '--sample' '--json' '-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '--rev')
        ;;
    'repro')
        cmd='repro' kind=file choices=()
        options+=('-f' '--force' '-i' '--interactive' '-s' '--single-item' '-p' '--pipeline' '-P' '--all-pipelines' '-R' '--recursive' '--downstream' '--force-downstream' '--pull' '--allow-missing' '--dry' '-k' '--keep-going' '--ignore-errors' '--glob' '--no-commit' '--no-run-cache' '-j' '--jobs' '--executor' '--attach' '--detach' '--timeout')
        ;;
    'why')
        cmd='why' kind=file choices=()
        options+=('--json')
        ;;
    'exp run' | 'experiments run')
        cmd='exp run' kind=file choices=()
        options+=('-f' '--force' '-i' '--interactive' '-s' '--single-item' '-p' '--pipeline' '-P' '--all-pipelines' '-R' '--recursive' '--downstream' '--force-downstream' '--pull' '--allow-missing' '--dry' '-k' '--keep-going' '--ignore-errors' '--glob' '--no-commit' '--no-run-cache' '-n' '--name' '-S' '--set-param' '--queue' '--run-all' '-j' '--jobs' '--gpus' '--executor' '--temp' '-C' '--copy-paths' '--stage-jobs' '-m' '--message' '--no-hydra')
        ;;
    'exp save' | 'experiments save')
        cmd='exp save' kind=file choices=()
        options+=('-R' '--recursive' '-f' '--force' '--json' '-n' '--name' '-I' '--include-untracked' '-m' '--message')
        ;;
    'exp apply' | 'experiments apply')
        cmd='exp apply' kind=file choices=()
        options+=('-f' '--force')
        ;;
    'exp sweep' | 'experiments sweep')
        cmd='exp sweep' kind=file choices=()
        options+=('-S' '--set-param' '--method' '-n' '--count' '--seed' '--metric' '--goal' '-j' '--jobs' '--gpus' '-C' '--copy-paths' '--executor' '--name' '--kill' '--json')
        ;;
    'queue start')
        cmd='queue start' choices=()
        options+=('-j' '--jobs' '--executor' '--gpus')
        ;;
    'queue stop')
        cmd='queue stop' choices=()
        options+=('--kill')
        ;;
    'queue status')
        cmd='queue status' choices=()
        options+=('--json')
        ;;
    'queue logs')
        cmd='queue logs' kind=file choices=()
        options+=('-f' '--follow' '-e' '--encoding')
        ;;
    'queue remove')
        cmd='queue remove' kind=file choices=()
        options+=('--all' '--queued' '--success' '--failed')
        ;;
    'queue kill')
        cmd='queue kill' kind=file choices=()
        options+=('-f' '--force')
        ;;
    'stage add')
        cmd='stage add' kind=file choices=()
        options+=('-n' '--name' '-f' '--force' '-d' '--deps' '-p' '--params' '-o' '--outs' '-O' '--outs-no-cache' '--outs-persist' '--outs-persist-no-cache' '-m' '--metrics' '-M' '--metrics-no-cache' '--plots' '--plots-no-cache' '-w' '--wdir' '--always-changed' '--desc' '--run')
        ;;
    'stage list')
        cmd='stage list' kind=file choices=()
        options+=('--all' '--fail' '-R' '--recursive' '--name-only')
        ;;
    'dag')
        cmd='dag' kind=file choices=()
        options+=('--format' '--dot' '--mermaid' '--md' '--collapse-foreach-matrix' '--full' '-o' '--outs')
        ;;
    'freeze')
        cmd='freeze' kind=file choices=()
        options+=()
        ;;
    'unfreeze')
        cmd='unfreeze' kind=file choices=()
        options+=()
        ;;
    'log')
        cmd='log' kind=file choices=()
        options+=('--step' '--summary' '--timestamp' '--dir' '--no-dvcyaml')
        ;;
    'metrics show')
        cmd='metrics show' kind=file choices=()
        options+=('-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '--json' '--md' '--csv' '--format' '-R' '--recursive' '--precision')
        ;;
    'metrics diff')
        cmd='metrics diff' kind=file choices=()
        options+=('--targets' '-R' '--recursive' '--all' '--json' '--md' '--csv' '--no-path' '--precision')
        ;;
    'metrics check')
        cmd='metrics check' kind=file choices=()
        options+=('--json' '--md')
        ;;
    'params diff')
        cmd='params diff' kind=file choices=()
        options+=('--targets' '--all' '--deps' '--json' '--md' '--csv' '--no-path')
        ;;
    'plots show')
        cmd='plots show' kind=file choices=()
        options+=('-t' '--template' '-x' '-y' '--no-header' '--title' '--x-label' '--y-label' '-o' '--out' '--show-vega' '--json' '--split' '--term' '--open' '--html-template' '-R' '--recursive')
        ;;
    'plots diff')
        cmd='plots diff' kind=file choices=()
        options+=('--targets' '-e' '--experiment' '-t' '--template' '-x' '-y' '--no-header' '--title' '--x-label' '--y-label' '-o' '--out' '--show-vega' '--json' '--split' '--term' '--open' '--html-template')
        ;;
    'plots modify')
        cmd='plots modify' kind=file choices=()
        options+=('-t' '--template' '-x' '-y' '--no-header' '--title' '--x-label' '--y-label' '--unset')
        ;;
    'plots templates')
        cmd='plots templates' kind=file choices=()
        options+=()
        ;;
    'report')
        cmd='report' kind=file choices=()
        options+=('--md' '-o' '--out' '--image-base' '--precision')
        ;;
    'registry show')
        cmd='registry show' kind=file choices=()
        options+=('--json' '--md' '--csv' '-d' '--deprecated')
        ;;
    'registry history')
        cmd='registry history' kind=file choices=()
        options+=('--json' '--md' '--csv' '--ascending')
        ;;
    'registry which')
        cmd='registry which' kind=file choices=()
        options+=('--stage')
        ;;
    'registry describe')
        cmd='registry describe' kind=file choices=()
        options+=('--json')
        ;;
    'registry diff')
        cmd='registry diff' kind=file choices=()
        options+=('--all' '--json' '--md')
        ;;
    'registry register')
        cmd='registry register' kind=file choices=()
        options+=('--version' '--bump' '-m' '--message' '--push' '-f' '--force')
        ;;
    'registry assign')
        cmd='registry assign' kind=file choices=()
        options+=('-m' '--message' '--push')
        ;;
    'registry unassign')
        cmd='registry unassign' kind=file choices=()
        options+=('-m' '--message' '--push')
        ;;
    'registry rollback')
        cmd='registry rollback' kind=file choices=()
        options+=('-m' '--message' '--push')
        ;;
    'registry deprecate')
        cmd='registry deprecate' kind=file choices=()
        options+=('-m' '--message' '--push')
        ;;
    'exp show' | 'experiments show')
        cmd='exp show' choices=()
        options+=('-a' '--all-branches' '-T' '--all-tags' '-A' '--all-commits' '--rev' '-n' '--num' '--only-changed' '--drop' '--keep' '--param-deps' '--sort-by' '--sort-order' '--sha' '--hide-workspace' '--hide-queued' '--hide-failed' '--json' '--csv' '--md' '--html' '--pcp' '--precision' '--no-pager' '-f' '--force')
        ;;
    'exp diff' | 'experiments diff')
        cmd='exp diff' kind=file choices=()
        options+=('--all' '--param-deps' '--json' '--md' '--no-path' '--precision')
        ;;
    'exp list' | 'exp ls' | 'experiments list' | 'experiments ls')
        cmd='exp list' kind=file choices=()
        options+=('-A' '--all-commits' '--rev' '-n' '--num' '--name-only' '--sha-only')
        ;;
    'exp rename' | 'experiments rename')
        cmd='exp rename' kind=file choices=()
        options+=('-g' '--git-remote' '-f' '--force')
        ;;
    'exp remove' | 'exp rm' | 'experiments remove' | 'experiments rm')
        cmd='exp remove' kind=file choices=()
        options+=('-A' '--all-commits' '--rev' '-n' '--num' '--keep' '--queue' '-g' '--git-remote')
        ;;
    'exp branch' | 'experiments branch')
        cmd='exp branch' kind=file choices=()
        options+=()
        ;;
    'artifacts get')
        cmd='artifacts get' kind=file choices=()
        options+=('--rev' '--stage' '-o' '--out' '--show-url' '-j' '--jobs' '-f' '--force' '--config' '--remote' '--remote-config')
        ;;
    'prompt list')
        cmd='prompt list' choices=()
        options+=('--json')
        ;;
    'prompt show')
        cmd='prompt show' kind=file choices=()
        options+=('--json')
        ;;
    'prompt render')
        cmd='prompt render' kind=file choices=()
        options+=('-v' '--var')
        ;;
    'exp push' | 'experiments push')
        cmd='exp push' kind=file choices=()
        options+=('-A' '--all-commits' '--rev' '-n' '--num' '-f' '--force' '--no-cache' '-r' '--remote' '-j' '--jobs' '--run-cache' '--no-run-cache')
        ;;
    'exp pull' | 'experiments pull')
        cmd='exp pull' kind=file choices=()
        options+=('-A' '--all-commits' '--rev' '-n' '--num' '-f' '--force' '--no-cache' '-r' '--remote' '-j' '--jobs' '--run-cache' '--no-run-cache')
        ;;
    'exp clean' | 'experiments clean')
        cmd='exp clean' choices=()
        options+=()
        ;;
    'init')
        cmd='init' kind=file choices=()
        options+=('--no-scm' '-f' '--force' '--subdir' '--hash')
        ;;
    'remote add')
        cmd='remote add' choices=()
        options+=('--global' '--system' '--project' '--local' '-d' '--default' '-f' '--force')
        ;;
    'remote list')
        cmd='remote list' choices=()
        options+=('--global' '--system' '--project' '--local')
        ;;
    'remote modify')
        cmd='remote modify' kind=remote choices=()
        options+=('--global' '--system' '--project' '--local' '-u' '--unset')
        ;;
    'remote remove')
        cmd='remote remove' kind=remote choices=()
        options+=('--global' '--system' '--project' '--local')
        ;;
    'remote rename')
        cmd='remote rename' kind=remote choices=()
        options+=('--global' '--system' '--project' '--local')
        ;;
    'remote default')
        cmd='remote default' kind=remote choices=()
        options+=('--global' '--system' '--project' '--local' '-u' '--unset')
        ;;
    'config')
        cmd='config' kind=file choices=()
        options+=('--global' '--system' '--project' '--local' '-u' '--unset' '-l' '--list' '--show-origin')
        ;;
    'cache dir')
        cmd='cache dir' kind=file choices=()
        options+=('--global' '--system' '--project' '--local' '-u' '--unset')
        ;;
    'cache migrate')
        cmd='cache migrate' choices=()
        options+=('--dvc-files' '--dry')
        ;;
    'studio login')
        cmd='studio login' choices=()
        options+=('-H' '--hostname' '-s' '--scopes' '-n' '--name' '--no-open')
        ;;
    'studio logout')
        cmd='studio logout' choices=()
        options+=()
        ;;
    'studio token')
        cmd='studio token' choices=()
        options+=()
        ;;
    'install')
        cmd='install' choices=()
        options+=('--use-pre-commit-tool')
        ;;
    'uninstall')
        cmd='uninstall' choices=()
        options+=()
        ;;
    'root')
        cmd='root' choices=()
        options+=()
        ;;
    'artifacts')
        choices=('get')
        ;;
    'bundle')
        choices=('create' 'unpack' 'verify')
        ;;
    'cache')
        choices=('dir' 'migrate')
        ;;
    'exp' | 'experiments')
        choices=('run' 'save' 'apply' 'sweep' 'show' 'diff' 'list' 'rename' 'remove' 'branch' 'push' 'pull' 'clean')
        ;;
    'data')
        choices=('status' 'diff')
        ;;
    'dataset' | 'ds')
        choices=('add' 'update')
        ;;
    'metrics')
        choices=('show' 'diff' 'check')
        ;;
    'params')
        choices=('diff')
        ;;
    'plots')
        choices=('show' 'diff' 'modify' 'templates')
        ;;
    'prompt')
        choices=('list' 'show' 'render')
        ;;
    'queue')
        choices=('start' 'stop' 'status' 'logs' 'remove' 'kill')
        ;;
    'registry')
        choices=('show' 'history' 'which' 'describe' 'diff' 'register' 'assign' 'unassign' 'rollback' 'deprecate')
        ;;
    'remote')
        choices=('add' 'list' 'modify' 'remove' 'rename' 'default')
        ;;
    'stage')
        choices=('add' 'list')
        ;;
    'studio')
        choices=('login' 'logout' 'token')
        ;;
    '')
        choices=('version' 'help' 'completion' 'add' 'import' 'import-url' 'import-db' 'update' 'commit' 'checkout' 'status' 'diff' 'list' 'list-url' 'get-url' 'du' 'get' 'cat' 'push' 'fetch' 'pull' 'move' 'remove' 'unprotect' 'destroy' 'check-ignore' 'gc' 'fsck' 'repro' 'why' 'dag' 'freeze' 'unfreeze' 'log' 'report' 'init' 'config' 'install' 'uninstall' 'root' 'artifacts' 'bundle' 'cache' 'exp' 'data' 'dataset' 'metrics' 'params' 'plots' 'prompt' 'queue' 'registry' 'remote' 'stage' 'studio')
        options+=('-V' '--version' '--cd' '--wait-for-lock')
        ;;
    esac
    case "$cmd $prev" in
    'version --bundle') options=() kind=file choices=() ;;
    'completion -s' | 'completion --shell') options=() kind='' choices=('bash' 'zsh' 'fish') ;;
    'add -o' | 'add --out') options=() kind=file choices=() ;;
    'add -r' | 'add --remote') options=() kind=remote choices=() ;;
    'add --remote-jobs') options=() kind='' choices=() ;;
    'import -j' | 'import --jobs') options=() kind='' choices=() ;;
    'import --config') options=() kind=file choices=() ;;
    'import --remote') options=() kind=remote choices=() ;;
    'import --remote-config') options=() kind='' choices=() ;;
    'import-url -r' | 'import-url --remote') options=() kind=remote choices=() ;;
    'import-url -j' | 'import-url --jobs') options=() kind='' choices=() ;;
    'import-url --fs-config') options=() kind='' choices=() ;;
    'import-db --sql') options=() kind='' choices=() ;;
    'import-db --table') options=() kind='' choices=() ;;
    'import-db --conn') options=() kind='' choices=() ;;
    'update -r' | 'update --remote') options=() kind=remote choices=() ;;
    'update -j' | 'update --jobs') options=() kind='' choices=() ;;
    'dataset add --dc') options=() kind='' choices=() ;;
    'dataset add --dvc') options=() kind='' choices=() ;;
    'dataset add --url') options=() kind='' choices=() ;;
    'dataset add --rev') options=() kind='' choices=() ;;
    'dataset add --path') options=() kind=file choices=() ;;
    'status -j' | 'status --jobs') options=() kind='' choices=() ;;
    'status -r' | 'status --remote') options=() kind=remote choices=() ;;
    'data status -r' | 'data status --remote') options=() kind=remote choices=() ;;
    'data diff --key') options=() kind='' choices=() ;;
    'diff --targets') options=() kind=file choices=() ;;
    'list -L' | 'list --level') options=() kind='' choices=() ;;
    'list --config') options=() kind=file choices=() ;;
    'list --remote') options=() kind=remote choices=() ;;
    'list --remote-config') options=() kind='' choices=() ;;
    'list-url -L' | 'list-url --level') options=() kind='' choices=() ;;
    'list-url --fs-config') options=() kind='' choices=() ;;
    'get-url -j' | 'get-url --jobs') options=() kind='' choices=() ;;
    'get-url --fs-config') options=() kind='' choices=() ;;
    'du --config') options=() kind=file choices=() ;;
    'du --remote') options=() kind=remote choices=() ;;
    'du --remote-config') options=() kind='' choices=() ;;
    'get -j' | 'get --jobs') options=() kind='' choices=() ;;
    'get --config') options=() kind=file choices=() ;;
    'get --remote') options=() kind=remote choices=() ;;
    'get --remote-config') options=() kind='' choices=() ;;
    'cat -j' | 'cat --jobs') options=() kind='' choices=() ;;
    'push -j' | 'push --jobs') options=() kind='' choices=() ;;
    'push -r' | 'push --remote') options=() kind=remote choices=() ;;
    'fetch -j' | 'fetch --jobs') options=() kind='' choices=() ;;
    'fetch -r' | 'fetch --remote') options=() kind=remote choices=() ;;
    'fetch --max-size') options=() kind='' choices=() ;;
    'fetch --type') options=() kind='' choices=('metrics' 'plots') ;;
    'pull -j' | 'pull --jobs') options=() kind='' choices=() ;;
    'pull -r' | 'pull --remote') options=() kind=remote choices=() ;;
    'bundle create --rev') options=() kind='' choices=() ;;
    'gc --rev') options=() kind='' choices=() ;;
    'gc -n' | 'gc --num') options=() kind='' choices=() ;;
    'gc --date') options=() kind='' choices=() ;;
    'gc -r' | 'gc --remote') options=() kind=remote choices=() ;;
    'gc -j' | 'gc --jobs') options=() kind='' choices=() ;;
    'gc -p' | 'gc --projects') options=() kind=file choices=() ;;
    'fsck -r' | 'fsck --remote') options=() kind=remote choices=() ;;
    'fsck --sample') options=() kind='' choices=() ;;
    'fsck --rev') options=() kind='' choices=() ;;
    'repro -j' | 'repro --jobs') options=() kind='' choices=() ;;
    'repro --executor') options=() kind='' choices=('local' 'slurm') ;;
    'repro --timeout') options=() kind='' choices=() ;;
    'exp run -n' | 'exp run --name') options=() kind='' choices=() ;;
    'exp run -S' | 'exp run --set-param') options=() kind=file choices=() ;;
    'exp run -j' | 'exp run --jobs') options=() kind='' choices=() ;;
    'exp run --gpus') options=() kind='' choices=() ;;
    'exp run --executor') options=() kind='' choices=('local' 'slurm') ;;
    'exp run -C' | 'exp run --copy-paths') options=() kind=file choices=() ;;
    'exp run --stage-jobs') options=() kind='' choices=() ;;
    'exp run -m' | 'exp run --message') options=() kind='' choices=() ;;
    'exp save -n' | 'exp save --name') options=() kind='' choices=() ;;
    'exp save -I' | 'exp save --include-untracked') options=() kind=file choices=() ;;
    'exp save -m' | 'exp save --message') options=() kind='' choices=() ;;
    'exp sweep -S' | 'exp sweep --set-param') options=() kind=file choices=() ;;
    'exp sweep --method') options=() kind='' choices=('grid' 'random' 'bayes') ;;
    'exp sweep -n' | 'exp sweep --count') options=() kind='' choices=() ;;
    'exp sweep --seed') options=() kind='' choices=() ;;
    'exp sweep --metric') options=() kind=file choices=() ;;
    'exp sweep --goal') options=() kind='' choices=('minimize' 'maximize') ;;
    'exp sweep -j' | 'exp sweep --jobs') options=() kind='' choices=() ;;
    'exp sweep --gpus') options=() kind='' choices=() ;;
    'exp sweep -C' | 'exp sweep --copy-paths') options=() kind=file choices=() ;;
    'exp sweep --executor') options=() kind='' choices=('local' 'slurm') ;;
    'exp sweep --name') options=() kind='' choices=() ;;
    'queue start -j' | 'queue start --jobs') options=() kind='' choices=() ;;
    'queue start --executor') options=() kind='' choices=('local' 'slurm') ;;
    'queue start --gpus') options=() kind='' choices=() ;;
    'queue logs -e' | 'queue logs --encoding') options=() kind='' choices=() ;;
    'stage add -n' | 'stage add --name') options=() kind='' choices=() ;;
    'stage add -d' | 'stage add --deps') options=() kind=file choices=() ;;
    'stage add -p' | 'stage add --params') options=() kind=file choices=() ;;
    'stage add -o' | 'stage add --outs') options=() kind=file choices=() ;;
    'stage add -O' | 'stage add --outs-no-cache') options=() kind=file choices=() ;;
    'stage add --outs-persist') options=() kind=file choices=() ;;
    'stage add --outs-persist-no-cache') options=() kind=file choices=() ;;
    'stage add -m' | 'stage add --metrics') options=() kind=file choices=() ;;
    'stage add -M' | 'stage add --metrics-no-cache') options=() kind=file choices=() ;;
    'stage add --plots') options=() kind=file choices=() ;;
    'stage add --plots-no-cache') options=() kind=file choices=() ;;
    'stage add -w' | 'stage add --wdir') options=() kind=file choices=() ;;
    'stage add --desc') options=() kind='' choices=() ;;
    'dag --format') options=() kind='' choices=('airflow' 'argo' 'gha' 'make') ;;
    'log --step') options=() kind='' choices=() ;;
    'log --dir') options=() kind='' choices=() ;;
    'metrics show --format') options=() kind='' choices=('table' 'json' 'md' 'csv' 'prometheus') ;;
    'metrics show --precision') options=() kind='' choices=() ;;
    'metrics diff --targets') options=() kind=file choices=() ;;
    'metrics diff --precision') options=() kind='' choices=() ;;
    'params diff --targets') options=() kind=file choices=() ;;
    'plots show -x') options=() kind='' choices=() ;;
    'plots show -y') options=() kind='' choices=() ;;
    'plots show --title') options=() kind='' choices=() ;;
    'plots show --x-label') options=() kind='' choices=() ;;
    'plots show --y-label') options=() kind='' choices=() ;;
    'plots show -o' | 'plots show --out') options=() kind=file choices=() ;;
    'plots show --html-template') options=() kind=file choices=() ;;
    'plots diff --targets') options=() kind=file choices=() ;;
    'plots diff -x') options=() kind='' choices=() ;;
    'plots diff -y') options=() kind='' choices=() ;;
    'plots diff --title') options=() kind='' choices=() ;;
    'plots diff --x-label') options=() kind='' choices=() ;;
    'plots diff --y-label') options=() kind='' choices=() ;;
    'plots diff -o' | 'plots diff --out') options=() kind=file choices=() ;;
    'plots diff --html-template') options=() kind=file choices=() ;;
    'plots modify -x') options=() kind='' choices=() ;;
    'plots modify -y') options=() kind='' choices=() ;;
    'plots modify --title') options=() kind='' choices=() ;;
    'plots modify --x-label') options=() kind='' choices=() ;;
    'plots modify --y-label') options=() kind='' choices=() ;;
    'plots modify --unset') options=() kind='' choices=() ;;
    'report -o' | 'report --out') options=() kind='' choices=() ;;
    'report --image-base') options=() kind='' choices=() ;;
    'report --precision') options=() kind='' choices=() ;;
    'registry which --stage') options=() kind='' choices=() ;;
    'registry register --version') options=() kind='' choices=() ;;
    'registry register --bump') options=() kind='' choices=('major' 'minor' 'patch') ;;
    'registry register -m' | 'registry register --message') options=() kind='' choices=() ;;
    'registry assign -m' | 'registry assign --message') options=() kind='' choices=() ;;
    'registry unassign -m' | 'registry unassign --message') options=() kind='' choices=() ;;
    'registry rollback -m' | 'registry rollback --message') options=() kind='' choices=() ;;
    'registry deprecate -m' | 'registry deprecate --message') options=() kind='' choices=() ;;
    'exp show --rev') options=() kind='' choices=() ;;
    'exp show -n' | 'exp show --num') options=() kind='' choices=() ;;
    'exp show --drop') options=() kind='' choices=() ;;
    'exp show --keep') options=() kind='' choices=() ;;
    'exp show --sort-by') options=() kind='' choices=() ;;
    'exp show --sort-order') options=() kind='' choices=('asc' 'desc') ;;
    'exp show --precision') options=() kind='' choices=() ;;
    'exp diff --precision') options=() kind='' choices=() ;;
    'exp list --rev') options=() kind='' choices=() ;;
    'exp list -n' | 'exp list --num') options=() kind='' choices=() ;;
    'exp rename -g' | 'exp rename --git-remote') options=() kind='' choices=() ;;
    'exp remove --rev') options=() kind='' choices=() ;;
    'exp remove -n' | 'exp remove --num') options=() kind='' choices=() ;;
    'exp remove -g' | 'exp remove --git-remote') options=() kind='' choices=() ;;
    'artifacts get -j' | 'artifacts get --jobs') options=() kind='' choices=() ;;
    'artifacts get --config') options=() kind=file choices=() ;;
    'artifacts get --remote') options=() kind=remote choices=() ;;
    'artifacts get --remote-config') options=() kind='' choices=() ;;
    'prompt render -v' | 'prompt render --var') options=() kind='' choices=() ;;
    'exp push --rev') options=() kind='' choices=() ;;
    'exp push -n' | 'exp push --num') options=() kind='' choices=() ;;
    'exp push -r' | 'exp push --remote') options=() kind=remote choices=() ;;
    'exp push -j' | 'exp push --jobs') options=() kind='' choices=() ;;
    'exp pull --rev') options=() kind='' choices=() ;;
    'exp pull -n' | 'exp pull --num') options=() kind='' choices=() ;;
    'exp pull -r' | 'exp pull --remote') options=() kind=remote choices=() ;;
    'exp pull -j' | 'exp pull --jobs') options=() kind='' choices=() ;;
    'init --hash') options=() kind='' choices=('md5' 'sha256' 'xxh128') ;;
    'studio login -H' | 'studio login --hostname') options=() kind='' choices=() ;;
    'studio login -s' | 'studio login --scopes') options=() kind='' choices=() ;;
    'studio login -n' | 'studio login --name') options=() kind='' choices=() ;;
    ' --cd') options=() kind=file choices=() ;;
    esac
    COMPREPLY=()
    if [[ $cur == -* ]]; then
        choices=("${options[@]}") kind=''
    fi
    if [[ $kind == remote ]]; then
        mapfile -t choices < <(cairn remote list 2>/dev/null | cut -f1)
    fi
    if [[ $kind == file ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    else
        mapfile -t COMPREPLY < <(compgen -W "${choices[*]}" -- "$cur")
    fi
}

complete -F _cairn cairn
