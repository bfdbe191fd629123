# prompt list, show, render: templates filled in, and all that can be wrong with them.
. "$(dirname "$0")/lib.sh"

# prompt TEXT...: a repository whose artifact p is the prompt of these lines.
prompt() {
    project
    printf 'artifacts:\n  p:\n    path: p.yaml\n    type: prompt\n  m:\n    path: m.bin\n    type: model\n  other:\n    path: x\n' >dvc.yaml
    printf '%s\n' "$@" >p.yaml
}
# renders EXPECTED VALUES...
renders() {
    want=$1
    shift
    run cairn prompt render p "$@"
    expect_rc 0
    printf '%s\n' "$want" >want
    expect_same want "$OUT"
}
# refuses PART VALUES...
refuses() {
    want=$1
    shift
    run cairn prompt render p "$@"
    expect_rc 255
    expect_out </dev/null
    expect_err_has "$want"
}

case_begin "both forms of variables"
prompt 'template: "Dear {name}, {{1}} {name}."'
renders 'Dear A{b}, {1} A{b}.' -v 'name=A{b}'
echo 'template: "Dear {{name}}, {x: 1} {{ name }}} {"' >p.yaml
renders 'Dear B=C, {x: 1} B=C} {' -v 'name=B=C'
echo 'template: no variables' >p.yaml
renders 'no variables'
printf 'template: |\n  Two\n  {lines}\n' >p.yaml
renders 'Two
' -v lines=

case_begin "both kinds of braces: the list of names or template_format tells"
prompt 'input_variables: [a]' 'template: "{a} {{b}}"'
renders '1 {b}' -v a=1
sed -i 's/\[a\]/[b]/' p.yaml
renders '{a} 1' -v b=1
sed -i 's/\[b\]/[a, b]/' p.yaml
refuses 'the template has {a} and {{b}}' -v a=1 -v b=1
expect_err_has "template_format: f-string, or jinja2"
echo 'template: "{a} {{b}}"' >p.yaml
refuses 'the template has {a} and {{b}}'
echo 'template_format: f-string' >>p.yaml
renders '1 {b}' -v a=1
sed -i 's/f-string/jinja2/' p.yaml
renders '{a} 1' -v b=1
sed -i 's/jinja2/perl/' p.yaml
refuses "p.yaml:2: template_format is f-string, jinja2 or mustache"
printf 'template: "{{{a}}}"\n' >p.yaml
renders '{1}' -v a=1

case_begin "every variable is checked"
prompt 'input_variables: [city, country]' 'template: "{city}, {country}"'
refuses "no value for: city, country"
refuses "no value for: country" -v city=Oslo
refuses "the prompt has no variable 'contry'" -v contry=Norway -v city=Oslo
expect_err_has "did you mean 'country'?"
refuses "'city' is given twice" -v city=a -v city=b
refuses "'city' gives no value" -v city
renders 'Oslo, Norway' -v city=Oslo --var country=Norway
echo 'partial_variables: {country: Norway, size: 3}' >>p.yaml
sed -i 's/, country\]/]/; s/{country}/{country} {size}/' p.yaml
renders 'Oslo, Norway 3' -v city=Oslo
renders 'Bergen, here 3' -v city=Bergen -v country=here

case_begin "files that are no prompts"
prompt 'name: x'
refuses "p.yaml: a prompt has a 'template'"
echo 'template: [a]' >p.yaml
refuses "p.yaml:1: 'template' is no text"
printf 'input_variables: [a]\ntemplate: "{b}"\n' >p.yaml
refuses "p.yaml:1: the template uses 'b', which input_variables lacks"
printf 'input_variables: [a, b]\ntemplate: "{b}"\n' >p.yaml
refuses "p.yaml:1: input_variables has 'a', which the template does not use"
printf 'input_variables: a\ntemplate: x\n' >p.yaml
refuses "p.yaml:1: input_variables is no list"
printf 'template: |\n  one {a}\n  {"json": 1}\n' >p.yaml
refuses "line 2 of the template: a '{' that belongs to no {name}"
expect_err_has "write {{ for the character itself"
printf 'template: |\n  {{a}}\n  {%% if a %%}\n' >p.yaml
refuses "line 2 of the template: '{% if a %}' is more than the name of a variable"
printf 'template: "{{a}} {{ a | upper }}"\n' >p.yaml
refuses "is more than the name of a variable"
printf 'template: "{a:.2f} {a}"\n' >p.yaml
refuses "belongs to no {name}"
printf 'template: "{a' >p.yaml
refuses "p.yaml:1"
rm p.yaml
refuses "artifact 'p': "
run cairn prompt render m
expect_rc 255
expect_err_has "artifact 'm' is no prompt: its type is 'model'"
run cairn prompt show other
expect_err_has "artifact 'other' is no prompt: its type is not given"
run cairn prompt show q
expect_err_has "no artifact 'q'"

case_begin "versions, stages, the workspace; tracked files; what is listed"
prompt 'name: greet' 'version: 1.10' 'metadata: {owner: me}' 'template: "Hello {name}"'
git add . && git commit -q -m one
cairn registry register -q p >/dev/null
cairn registry assign -q p v0.0.1 Production >/dev/null
echo 'template: "Hi {name}"' >p.yaml
cairn add -q p.yaml 2>/dev/null || { git rm -q --cached p.yaml && cairn add -q p.yaml; }
git add . && git commit -q -m two
cairn registry register -q p >/dev/null
echo 'template: "Hey {name}"' >p.yaml
run cairn prompt render p -v name=A
expect_out <<'EOT'
Hey A
EOT
run cairn prompt render p@latest -v name=A
expect_out <<'EOT'
Hi A
EOT
run cairn prompt render 'p#Production' -v name=A
expect_out <<'EOT'
Hello A
EOT
run cairn prompt show p@v0.0.1
expect_out <<'EOT'
artifact:   p
name:       greet
version:    1.10
registered: v0.0.1
path:       p.yaml
variables:  name

Hello {name}
EOT
run cairn prompt show p@0.0.1 --json
expect_out <<EOT
{"name": "greet", "version": "1.10", "artifact": "p", "path": "p.yaml", "registered": "v0.0.1", "commit": "$(git rev-parse HEAD~1)", "input_variables": ["name"], "metadata": {"owner": "me"}, "template": "Hello {name}"}
EOT
run cairn prompt list
expect_out <<'EOT'
name    latest    #Production    path
p       v0.0.2    v0.0.1         p.yaml
EOT
run cairn prompt list --json
expect_out <<'EOT'
[{"name": "p", "path": "p.yaml", "desc": null, "version": "v0.0.2", "stage": {"Production": "v0.0.1"}}]
EOT
run cairn prompt render 'p#Staging' -v name=A
expect_rc 255
expect_err_has "no version of 'p' is in stage 'Staging'"
run cairn registry diff p v0.0.1 latest
expect_rc 0
expect_out_has '-template: "Hello {name}"'
expect_out_has '+template: "Hi {name}"'

case_begin "where there are none, that is said"
project
run cairn prompt list
expect_rc 0
expect_out_has "There are no prompts"
run cairn prompt list --json
echo '[]' | expect_out
run cairn registry show
expect_out_has "There are no artifacts"

cases_end
