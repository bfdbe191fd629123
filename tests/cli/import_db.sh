#!/bin/sh
# import-db and test-db with SQLite: the bytes, the .dvc file, what is refused, update.
. "$(dirname "$0")/lib.sh"

# database FILE SQL...: a database of SQLite.
database() {
    python3 -c 'import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
for sql in sys.argv[2:]: c.execute(sql)
c.commit()' "$@"
}

lab() {
    project
    database lab.db "create table t (id integer primary key, name text, v real, n integer, b blob, flag boolean,
        d date, ts datetime, price numeric(10,2))" \
        "insert into t values (1, 'a,b', 0.1, null, x'00ff41', 1, '2020-01-02', '2020-01-02 03:04:05', 1.5),
            (2, 'q\"uo' || char(10) || 'te', 1e20, 5, null, 0, '2021-01-02', '2020-01-02 00:00:00.5', 2),
            (3, null, null, 7, x'7a', null, null, null, null)"
    cairn config db.lab.url sqlite:///lab.db
}

case_begin "a table becomes CSV, with its values as they are declared"
lab
run cairn import-db --conn lab --table t
expect_rc 0
expect_out_has "Importing 't' -> 't.csv'"
expect_file t.csv <<'EOF'
id,name,v,n,b,flag,d,ts,price
1,"a,b",0.1,,b'\x00\xffA',True,2020-01-02,2020-01-02 03:04:05.000,1.5
2,"q""uo
te",1e+20,5.0,,False,2021-01-02,2020-01-02 00:00:00.500,2.0
3,,,7.0,b'z',,,,
EOF
expect_file t.csv.dvc <<'EOF'
md5: 7190527d5f7e159edfa9580ed47e9c9d
frozen: true
deps:
- db:
    connection: lab
    file_format: csv
    table: t
outs:
- md5: e62c260ba7604af6351f6ddc846ad36c
  size: 186
  hash: md5
  path: t.csv
EOF
grep -qx /t.csv .gitignore || fail "not ignored"
[ -z "$(find .dvc/tmp -name '.*.tmp')" ] || fail "a temporary file is left"
run cairn status --json
echo '{}' | expect_out

case_begin "a query gives the values as they are stored, JSON those that it can hold"
lab
run cairn import-db --conn lab --sql 'select flag, d, v, n, "name" from t where id < 3' --output-format json
expect_rc 0
printf '%s' '[{"flag":1,"d":"2020-01-02","v":0.1,"n":null,"name":"a,b"},{"flag":0,"d":"2021-01-02","v":1e+20,"n":5.0,"name":"q\"uo\nte"}]' |
    expect_file results.json
run cairn import-db --conn lab --table t --output-format json
expect_rc 255
expect_err_has "column 'b'"
run cairn import-db --conn lab --sql 'select 1 a, 2 a' --output-format json -o two.json
expect_rc 255
expect_err_has "two columns are called 'a'"
expect_no_file t.json
expect_no_file t.json.dvc

case_begin "columns are judged for 10,000 rows at a time"
project
database n.db "create table n (i integer, j integer)" \
    "with recursive c(x) as (select 0 union all select x + 1 from c where x < 20000)
        insert into n select x, case when x = 15000 then null else x end from c"
cairn config db.n.url sqlite:///n.db
run cairn import-db --conn n --table n
expect_rc 0
sed -n '10001,10002p;20001,20002p' n.csv >part
expect_file part <<'EOF'
9999,9999
10000,10000.0
19999,19999.0
20000,20000
EOF

case_begin "update asks again, and keeps a file that nothing else has"
lab
cairn import-db --conn lab --sql 'select id from t' -o ids.csv >/dev/null
database lab.db 'delete from t where id = 1'
run cairn update ids.csv.dvc
expect_rc 0
expect_out_has "Importing 'select id from t' -> 'ids.csv'"
printf 'id\n2\n3\n' | expect_file ids.csv
echo mine >ids.csv
database lab.db 'delete from t where id = 2'
run cairn update ids.csv.dvc
expect_rc 1
echo mine | expect_file ids.csv
run cairn update --no-download ids.csv.dvc
expect_rc 1

case_begin "what cannot be: nothing is written"
lab
expect_refused() {
    want=$1
    text=$2
    shift 2
    run cairn "$@"
    expect_rc "$want"
    expect_err_has "$text"
}
expect_refused 255 "no table 'nope'" import-db --conn lab --table nope
expect_refused 255 "syntax error" import-db --conn lab --sql 'selec 1'
expect_refused 255 "one query at a time" import-db --conn lab --sql 'select 1; select 2'
expect_refused 255 "no table" import-db --conn lab --sql begin
expect_refused 255 "readonly" import-db --conn lab --sql 'delete from t returning id'
expect_refused 255 "'none' is not in the configuration" import-db --conn none --sql 'select 1'
expect_refused 254 "exclude each other" import-db --conn lab --sql 'select 1' --table t
expect_refused 254 "--sql and --table" import-db --conn lab
expect_refused 254 "--conn" import-db --table t
expect_refused 254 "profiles of dbt are not supported" import-db --sql 'select 1' --profile p
expect_err_has "cairn config db.<name>.url"
expect_refused 254 "profiles of dbt" import-db --table t --profile p --target dev
expect_refused 254 "xml" import-db --conn lab --table t --output-format xml
cairn config db.my.url oracle+x://h/x
expect_refused 255 "'oracle' are not supported" import-db --conn my --table t
database lab.db "insert into t (id, d) values (9, 'someday')"
expect_refused 255 "column 'd' has a value that is no date" import-db --conn lab --table t
echo mine >results.csv
expect_refused 255 "there already" import-db --conn lab --sql 'select 1'
echo mine | expect_file results.csv
ls ./*.dvc 2>/dev/null && fail "a .dvc file was written"
run cairn import-db -f --conn lab --sql 'select 1 as a'
expect_rc 0
printf 'a\n1\n' | expect_file results.csv

case_begin "test-db tells whether the connection works"
lab
run cairn test-db --conn lab
expect_rc 0
expect_out_has "works"
run cairn test-db --conn lab --url sqlite:////nowhere/x.db
expect_rc 255
expect_err_has /nowhere/x.db
run cairn test-db --conn lab --url nonsense
expect_rc 255
echo text, which is no database, and long enough for one to be there >text.db
run cairn test-db --conn lab --url sqlite:///text.db
expect_rc 255
expect_err_has "not a database"
run cairn test-db --conn none
expect_rc 255

cases_end
