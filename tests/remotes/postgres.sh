#!/bin/sh
# import-db of a PostgreSQL server: the kinds of values, a long answer, what is refused.
. "$(dirname "$0")/lib.sh"

initdb=$(find /usr/lib/postgresql -name initdb 2>/dev/null | sort | tail -n 1)
[ -n "$initdb" ] || { echo "1..0 # SKIP no PostgreSQL"; exit 0; }
bin=$(dirname "$initdb")
as_user= # its server does not run as root
[ "$(id -u)" != 0 ] || as_user='setpriv --reuid=postgres --regid=postgres --clear-groups'
mkdir "$work/pg" && chmod a+rx "$work"
[ "$(id -u)" != 0 ] || chown postgres "$work/pg"
cd "$work/pg" || exit 2
echo 'not shown' >"$work/password"
chmod a+r "$work/password"
# shellcheck disable=SC2086 # several words
$as_user "$bin/initdb" -D "$work/pg/d" -U tester -A scram-sha-256 --pwfile="$work/password" -E UTF8 --locale=C >"$work/made" 2>&1 ||
    cat "$work/made"
port=$(free_port)
# shellcheck disable=SC2086 # several words
serve postgres $as_user "$bin/postgres" -D "$work/pg/d" -p "$port" -k "$work/pg" -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=UTC
PGPASSWORD='not shown'
export PGPASSWORD
until_ready "$bin/psql" -h 127.0.0.1 -p "$port" -U tester -d postgres -c 'select 1' || exit 2
"$bin/psql" -q -h 127.0.0.1 -p "$port" -U tester -d postgres -c "
    create table t (i bigint, n int, num numeric(10,3), f real, b bool, bn bool, s text, d date, ts timestamp, tz timestamptz);
    insert into t values
        (9007199254740993, null, 1.5, 0.1, true, null, 'a/b é€\"x', '2020-01-02', '2020-01-02 03:04:05', '2020-01-02 03:04:05+02'),
        (-5, 7, 2.125, 'NaN', false, true, E'l\\nm', null, '2020-01-02 03:04:05.5', null);" || exit 2
"$bin/psql" -q -h 127.0.0.1 -p "$port" -U tester -d postgres -c "
    create table odd (iv interval, days interval, tm time, tz timetz, u uuid, j json, jb jsonb, by bytea, ai int[], at text[],
        ar real[], ab bool[], ip inet, r int4range, d date, zoned timestamptz);
    insert into odd values
        ('1 day 02:03:04.5', '1 year 1 mon -1 day', '01:02:03', '01:02:03.5-03:30', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
            '{\"a\": [1, \"x\"]}', '{\"b\": null, \"a\": 1.50, \"c\": 12345678901234567890}', '\\x00ff41', '{{1,2},{null,4}}',
            '{a,\"b c\",null,\"q''s\\\\\",\"NULL\"}', '{0.1,NaN}', '{t,null}', '10.0.0.1/24', '[1,5)', 'infinity', '2020-01-02'),
        ('-01:02:03', '2 days', '01:02:03.5', '00:00+00', null, '[]', '\"s\"', 'abc', '{}', '[0:1]={1,2}', null, null, null, null,
            '2020-01-02', null);" || exit 2
unset PGPASSWORD

fresh() {
    git init -q . && "$CAIRN" init -q && "$CAIRN" config -q db.pg.url "postgresql+psycopg2://tester@127.0.0.1:$port/postgres" &&
        "$CAIRN" config -q --local db.pg.password 'not shown'
}

case_begin "a table as CSV"
fresh
"$CAIRN" test-db -q --conn pg || fails "test-db"
"$CAIRN" import-db -q --conn pg --table t || fails "import-db"
cat >want <<'EOF'
i,n,num,f,b,bn,s,d,ts,tz
9007199254740993,,1.5,0.1,True,,"a/b é€""x",2020-01-02,2020-01-02 03:04:05.000,2020-01-02 01:04:05+00:00
-5,7.0,2.125,,False,True,"l
m",,2020-01-02 03:04:05.500,
EOF
cmp -s t.csv want || fails "$(cat t.csv)"

case_begin "the same as JSON"
fresh
"$CAIRN" import-db -q --conn pg --sql 'select i, n, f, bn, s, d, ts, tz from t' --output-format json || fails "import-db"
cat >want <<'EOF'
[{"i":9007199254740993,"n":null,"f":0.1,"bn":null,"s":"a\/b \u00e9\u20ac\"x","d":1577923200000,"ts":1577934245000,"tz":1577927045000},{"i":-5,"n":7.0,"f":null,"bn":true,"s":"l\nm","d":null,"ts":1577934245500,"tz":null}]
EOF
printf '\n' >>results.json
cmp -s results.json want || fails "$(cat results.json)"

case_begin "types that no other database has"
fresh
"$CAIRN" import-db -q --conn pg --table odd || fails "import-db"
cat >want <<'EOF'
iv,days,tm,tz,u,j,jb,by,ai,at,ar,ab,ip,r,d,zoned
1 days 02:03:04.500000,394 days,01:02:03,01:02:03.500000-03:30,a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11,"{'a': [1, 'x']}","{'a': 1.5, 'b': None, 'c': 12345678901234567890}",b'\x00\xffA',"[[1, 2], [None, 4]]","['a', 'b c', None, ""q's\\"", 'NULL']","[0.1, nan]","[True, None]",10.0.0.1/24,"[1,5)",9999-12-31,2020-01-02 00:00:00+00:00
-1 days +22:57:57.000000,2 days,01:02:03.500000,00:00:00+00:00,,[],s,b'abc',[],"['1', '2']",,,,,2020-01-02,
EOF
cmp -s odd.csv want || fails "$(diff want odd.csv)"
"$CAIRN" import-db -q --conn pg --sql 'select iv, tm, j, jb, ai, at, ar, ab from odd' --output-format json || fails "import-db"
cat >want <<'EOF'
[{"iv":93784500,"tm":"01:02:03","j":{"a":[1,"x"]},"jb":{"a":1.5,"b":null,"c":12345678901234567890},"ai":[[1,2],[null,4]],"at":["a","b c",null,"q's\\","NULL"],"ar":[0.1,null],"ab":[true,null]},{"iv":-3723000,"tm":"01:02:03.500000","j":[],"jb":"s","ai":[],"at":["1","2"],"ar":null,"ab":null}]
EOF
printf '\n' >>results.json
cmp -s results.json want || fails "$(cat results.json)"

case_begin "a long answer"
fresh
"$CAIRN" import-db -q --conn pg --sql 'select i, i * 1.5 as x from generate_series(1, 50000) i' || fails "import-db"
[ "$(wc -l <results.csv) $(tail -n 1 results.csv)" = "50001 50000,75000.0" ] || fails "$(tail -n 1 results.csv)"

case_begin "what is asked changes nothing, and errors name no password"
fresh
"$CAIRN" import-db -q --conn pg --sql 'delete from t returning i' || fails "delete"
"$CAIRN" import-db -q --conn pg --sql 'select count(*) as n from t' -o n.csv || fails "count"
[ "$(tail -n 1 n.csv)" = 2 ] || fails "rows are gone: $(cat n.csv)"
"$CAIRN" import-db --conn pg --sql 'selec' -o x.csv >out 2>err && fails "no query"
grep -q 'syntax error' err || fails "$(cat err)"
"$CAIRN" import-db --conn pg --sql 'select 1; select 2' -o x.csv >out 2>err && fails "two queries"
"$CAIRN" import-db --conn pg --sql 'select 1 / (i - 50) from generate_series(1, 99) i' -o x.csv >out 2>err && fails "an error midway"
grep -q 'division by zero' err || fails "$(cat err)"
"$CAIRN" test-db --conn pg --password 'also not shown' >out 2>err && fails "wrong password"
grep -q 'password authentication failed' err || fails "$(cat err)"
grep -q 'not shown' err && fails "$(cat err)"
"$CAIRN" test-db --conn pg --url "postgresql://tester@127.0.0.1:1/postgres" >out 2>err && fails "no server"
[ ! -e x.csv ] || fails "a file was written"
[ ! -e x.csv.dvc ] || fails "a .dvc file was written"
