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
until_ready test -s "$work/port" || until_ready test -s "$work/port" || { echo "the cluster does not start: $(tail -n 3 "$work/hdfs.log")"; exit 1; }
port=$(cat "$work/port")

# Of data that is imported from here DVC records HDFS's own checksums, we what reading it gives.
no_import=1
exchange webhdfs "webhdfs://127.0.0.1:$port" user "$(id -un)"

case_begin "a user who may not write"
project
make_data
remote "webhdfs://127.0.0.1:$port/forbidden" user stranger
run "$CAIRN" push
expect_rc 1
expect_err_has 'Permission denied'
