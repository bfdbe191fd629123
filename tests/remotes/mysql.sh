#!/bin/sh
# import-db of a MariaDB server: the kinds of values, a long answer, what is refused.
. "$(dirname "$0")/lib.sh"

PATH=$PATH:/usr/sbin
command -v mariadbd >/dev/null || { echo "1..0 # SKIP no MariaDB"; exit 0; }
as_user= # its server does not run as root
chmod a+rx "$work"
mkdir "$work/my"
if [ "$(id -u)" = 0 ]; then
    as_user='setpriv --reuid=mysql --regid=mysql --clear-groups'
    chown mysql "$work/my"
fi
cd "$work/my" || exit 2
# shellcheck disable=SC2086 # several words
$as_user mariadb-install-db --no-defaults --datadir="$work/my/d" --auth-root-authentication-method=normal --skip-test-db \
    >"$work/made" 2>&1 || cat "$work/made"
port=$(free_port)
# shellcheck disable=SC2086 # several words
serve mariadb $as_user mariadbd --no-defaults --datadir="$work/my/d" --socket="$work/my/s" --port="$port" \
    --bind-address=127.0.0.1 --innodb-buffer-pool-size=16M --skip-log-bin --default-time-zone=+00:00
until_ready mariadb-admin --no-defaults -S "$work/my/s" ping || { cat "$work/mariadb.log"; exit 2; }
as_root() {
    mariadb --no-defaults --default-character-set=utf8mb4 -u root -S "$work/my/s" "$@"
}
as_root -e "
    create database lab character set utf8mb4;
    create user tester@'127.0.0.1' identified by 'not shown';
    grant all on lab.* to tester@'127.0.0.1';
    create user tester@localhost identified by 'not shown';
    grant all on lab.* to tester@localhost;
    use lab;
    set sql_mode = '';
    create table t (id int primary key auto_increment, ti tinyint, b bool, bi bigint, bu bigint unsigned, z int(5) zerofill,
        de decimal(10,3), f float, d double, bt bit(12), c char(5), tx text, bl blob, bn binary(3), en enum('x','y'),
        se set('p','q'), da date, dt datetime, dt6 datetime(6), dt3 datetime(3), ts timestamp null, cl time, cl6 time(6),
        y year, js json, no date);
    insert into t values
        (null, -5, true, 9007199254740993, 18446744073709551615, 42, 1.5, 0.1, 0.1, b'101', 'ab', 'a/b é€\"x', x'00ff41',
            x'7a', 'x', 'p,q', '2020-01-02', '2020-01-02 03:04:05', '2020-01-02 03:04:05.000006', '2020-01-02 03:04:05.5',
            '2020-01-02 03:04:05', '01:02:03', '00:00:00.5', 2020, '{\"a\": [1, \"x\"]}', '0000-00-00'),
        (null, null, null, 1, 2, 1, null, null, 1e300, null, '', 'l\nm', null, null, null, '', null, '2020-01-02', null, null,
            null, '-100:00:00', null, null, null, null);" || exit 2

fresh() {
    git init -q . && "$CAIRN" init -q && "$CAIRN" config -q db.my.url "mysql+pymysql://tester@127.0.0.1:$port/lab" &&
        "$CAIRN" config -q --local db.my.password 'not shown'
}

case_begin "a table as CSV"
fresh
"$CAIRN" test-db -q --conn my || fails "test-db"
"$CAIRN" import-db -q --conn my --table t || fails "import-db"
cat >want <<'EOF'
id,ti,b,bi,bu,z,de,f,d,bt,c,tx,bl,bn,en,se,da,dt,dt6,dt3,ts,cl,cl6,y,js,no
1,-5.0,1.0,9007199254740993,18446744073709551615,42,1.5,0.1,0.1,5.0,ab,"a/b é€""x",b'\x00\xffA',b'z\x00\x00',x,"p,q",2020-01-02,2020-01-02 03:04:05,2020-01-02 03:04:05.000006,2020-01-02 03:04:05.500,2020-01-02 03:04:05,01:02:03,00:00:00.500000,2020.0,"{""a"": [1, ""x""]}",
2,,,1,2,1,,,1e+300,,,"l
m",,,,,,2020-01-02 00:00:00,,,,-100:00:00,,,,
EOF
cmp -s t.csv want || fails "$(diff want t.csv)"

case_begin "a query as JSON"
fresh
"$CAIRN" import-db -q --conn my --sql 'select id, bu, ti, f, tx, dt, cl, cl6, js from t' --output-format json || fails "import-db"
printf '%s' '[{"id":1,"bu":18446744073709551615,"ti":-5.0,"f":0.1,"tx":"a\/b \u00e9\u20ac\"x","dt":1577934245000,"cl":3723000,"cl6":500,"js":"{\"a\": [1, \"x\"]}"},{"id":2,"bu":2,"ti":null,"f":null,"tx":"l\nm","dt":1577923200000,"cl":-360000000,"cl6":null,"js":null}]' >want
cmp -s results.json want || fails "$(cat results.json)"
"$CAIRN" import-db -q --conn my --sql 'select bl from t' --output-format json -o b.json >out 2>err && fails "bytes as JSON"
"$CAIRN" import-db -q --conn my --sql 'select cl, bt, cl6 from t' -o spans.csv || fails "import-db"
printf "cl,bt,cl6\n0 days 01:02:03,b'\\\\x00\\\\x05',0 days 00:00:00.500000\n-5 days +20:00:00,,\n" >want
cmp -s spans.csv want || fails "$(cat spans.csv)"

case_begin "a long answer; by a socket, with all in the url"
fresh
"$CAIRN" config -q --local --unset db.my.password
"$CAIRN" config -q db.my.url "mariadb://tester:not%20shown@localhost/lab?unix_socket=$work/my/s&charset=latin1"
"$CAIRN" import-db -q --conn my --sql "select seq, seq * 1.5 as x, 'é' as e from seq_1_to_50000" || fails "import-db"
[ "$(wc -l <results.csv) $(tail -n 1 results.csv)" = "50001 50000,75000.0,é" ] || fails "$(tail -n 1 results.csv)"

case_begin "what is asked changes nothing, and errors name no password"
fresh
refuses() { # TEXT SQL
    "$CAIRN" import-db --conn my --sql "$2" -o x.csv >out 2>err && fails "was not refused: $2"
    grep -q "$1" err || fails "$2: $(cat err)"
}
refuses 'READ ONLY' 'delete from t'
refuses 'READ ONLY' 'create table q (i int)'
refuses 'READ ONLY' 'drop table t'
refuses 'SQL syntax' 'select 1; select 2'
refuses 'SQL syntax' selec
refuses 'gives no table' 'set @a = 1'
refuses 'more than 1 row' 'select 1 union select (select id from t)'
"$CAIRN" import-db --conn my --table nosuch >out 2>err && fails "no such table"
grep -q "no table 'nosuch'" err || fails "$(cat err)"
"$CAIRN" import-db --conn my --table "t' or '1" >out 2>err && fails "a name with a quote"
grep -q "no table 't' or" err || fails "$(cat err)"
echo secret >secret
refuses '.' "load data local infile '$PWD/secret' into table t (tx)"
[ "$(as_root lab -N -e 'select count(*) from t')" = 2 ] || fails "rows are gone"
"$CAIRN" test-db --conn my --password 'also not shown' >out 2>err && fails "wrong password"
grep -q 'Access denied' err || fails "$(cat err)"
grep -q 'not shown' err && fails "$(cat err)"
"$CAIRN" test-db --conn my --url "mysql://tester@127.0.0.1:1/lab" >out 2>err && fails "no server"
grep -q "connect" err || fails "$(cat err)"
"$CAIRN" test-db --conn my --url "mysql://tester@127.0.0.1:$port/lab?init_command=x" >out 2>err && fails "an option"
grep -q "'init_command'" err || fails "$(cat err)"
[ ! -e x.csv ] || fails "a file was written"
[ ! -e x.csv.dvc ] || fails "a .dvc file was written"
