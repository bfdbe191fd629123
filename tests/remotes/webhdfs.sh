#!/bin/sh
# WebHDFS against a real namenode and datanode (Hadoop's own small cluster), both ways with the real DVC. Its jars are
# large: HADOOP_LIB, a folder with them, has to be given; `make check-remotes-all` gets them with Maven.
. "$(dirname "$0")/lib.sh"

: "${HADOOP_LIB:?}"
cat >"$work/Mini.java" <<'EOF'
import java.nio.file.*;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
public class Mini {
    public static void main(String[] args) throws Exception {
        Configuration conf = new Configuration();
        conf.set("hdfs.minidfs.basedir", args[0]);
        conf.set("dfs.permissions.enabled", "true");
        MiniDFSCluster cluster = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
        cluster.waitActive();
        Files.writeString(Path.of(args[1]), "" + cluster.getNameNode().getHttpAddress().getPort());
        Thread.sleep(600000);
    }
}
EOF
serve hdfs java -Xmx512m -cp "$HADOOP_LIB/*" "$work/Mini.java" "$work/hdfs" "$work/port"
until_ready test -s "$work/port" || { echo "the cluster does not start: $(tail -n 3 "$work/hdfs.log")"; exit 1; }
port=$(cat "$work/port")
me=$(id -un)

make_data() {
    mkdir -p data/sub
    echo one >data/1
    echo two >"data/sub/two words"
    : >data/empty
    head -c 20000000 /dev/urandom >large
    "$CAIRN" add -q data large
}
remote() { # PATH USER
    rm -f .dvc/config.local
    "$CAIRN" remote add -q -f -d r "webhdfs://127.0.0.1:$port$1"
    "$CAIRN" remote modify -q r user "$2"
}
forget() {
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache data large
}

case_begin "push, status -c, gc -c, pull"
project
make_data
cp -r data large ..
remote /deep/store "$me"
cairn push
grep -q '^5 files pushed' out || fails "push says: $(cat out)"
cairn status -c
grep -q 'in sync' out || fails "status says: $(cat out)"
cairn push
grep -q 'Everything is up to date' out || fails "push again says: $(cat out)"
forget
cairn pull
expect_same_tree ../data data
expect_same_tree ../large large
rm large.dvc large
cairn gc -w -c -f
cp ../large .
cairn add -q large
cairn status -c
grep -q 'new: *large' out || fails "status after gc says: $(cat out)"

if [ -n "$DVC" ]; then
    case_begin "what cairn pushes DVC pulls, and back"
    project
    make_data
    cp -r data large ..
    remote /dvc "$me"
    cairn push
    forget
    dvc pull
    expect_same_tree ../data data
    expect_same_tree ../large large
    head -c 100000 /dev/urandom >more
    dvc add -q more
    dvc push
    cp more ../more
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache more
    cairn pull more.dvc
    expect_same_tree ../more more
fi

case_begin "a user who may not write"
project
make_data
remote /forbidden stranger
run "$CAIRN" push
expect_rc 1
expect_err_has 'Permission denied'
