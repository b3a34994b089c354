# SPDX-License-Identifier: MIT
"""The shell's language: each case is a script, what it prints, and its status."""
import shutil

from build import BIN
from check import environment, expect, expect_match, run

# name: (script, standard output, status)
SCRIPTS = {
    "words_are_split_at_blanks": ("echo  a   b\tc", "a b c\n", 0),
    "single_quotes_keep_everything": ("echo 'a  $x \\ \"b'", 'a  $x \\ "b\n', 0),
    "double_quotes_expand_and_do_not_split": ("x='a  b'; echo \"<$x>\"", "<a  b>\n", 0),
    "backslash_quotes_one_character": ("echo \\$x \\'a\\' a\\ \\ b", "$x 'a' a  b\n", 0),
    "backslash_newline_joins_lines": ("echo a\\\nb \"c\\\nd\"", "ab cd\n", 0),
    "comment_begins_at_a_word": ("echo a#b # c\n#d\necho e", "a#b\ne\n", 0),
    "empty_arguments_stay": ("set -- '' \"\" a; echo $#", "3\n", 0),
    "status_of_the_last_command": ("false; echo $?; true; echo $?; (exit 7); echo $?", "1\n0\n7\n", 0),
    "exit_gives_the_status": ("exit 42; echo no", "", 42),
    "exit_without_number_gives_the_last": ("false; exit", "", 1),
    "status_wraps_at_256": ("exit 256", "", 0),
    "missing_program_is_127": ("nosuchprogram 2>/dev/null; echo $?; ./no/such 2>/dev/null; echo $?",
                               "127\n127\n", 0),
    "not_executable_is_126": ("echo x >f; ./f 2>/dev/null; echo $?; ./ 2>/dev/null; echo $?",
                              "126\n126\n", 0),
    "death_by_signal_is_128_and_its_number": ("sh -c 'kill -9 $$' 2>/dev/null; echo $?", "137\n", 0),
    "and_or_short_circuit": ("false && echo 1 || echo 2; true || echo 3 && echo 4", "2\n4\n", 0),
    "not_inverts_the_status": ("! true; echo $?; ! false; echo $?", "1\n0\n", 0),
    "variables_default_forms": (
        "e=; echo ${u-d} ${e-d} ${e:-d} ${u+a} ${e+a} ${e:+a} ${u:=s} $u", "d d a s s\n", 0),
    "variable_error_form_ends_the_script": ("echo a; : ${u:?gone}; echo b", "a\n", 2),
    "variable_length_and_trims": (
        "p=/a/b.c.d; echo ${#p} ${p##*/} ${p#*/} ${p%.*} ${p%%.*}", "8 b.c.d a/b.c.d /a/b.c /a/b\n", 0),
    "trim_pattern_may_be_quoted": ("x='a*b'; echo ${x%'*b'} \"${x#\"a*\"}\"", "a b\n", 0),
    "expansions_nest": ("a=1; echo ${x:-${y:-\"$(echo \"$a\" '}')\"}}", "1 }\n", 0),
    "bad_substitution_is_an_error": ("echo ${a b}; echo no", "", 2),
    "unset_and_export": ("export A=1; B=2; sh -c 'echo $A$B'; unset A; sh -c 'echo [$A]'", "1\n[]\n", 0),
    "assignment_for_one_command": ("A=1; A=2 sh -c 'echo $A'; echo $A; A=3 true; echo $A", "2\n1\n1\n", 0),
    "assignments_are_not_split": ("x='a  *'; y=$x; echo \"$y\"", "a  *\n", 0),
    "substitution_strips_newlines": ("x=$(echo a; echo; echo); echo \"<$x>\"", "<a>\n", 0),
    "substitution_sees_variables_functions_parameters": (
        "x=\"a'b\"; f() { echo \"f$1\"; }; set -- p; echo $(echo $x; f 1; echo $1)", "a'b f1 p\n", 0),
    "substitution_gives_the_status": ("x=$(exit 3); echo $?; x=1; echo $?", "3\n0\n", 0),
    "backquotes": ("echo `echo a \\`echo b\\``", "a b\n", 0),
    "case_inside_substitution": ("echo $(case a in a) echo yes;; esac)", "yes\n", 0),
    "arithmetic": ("x=5; echo $((x*2+1)) $((-7/2)) $((7%3)) $((1<<4|1)) $((x>4&&x<6)) $((010+0x10))",
                   "11 -3 1 17 1 24\n", 0),
    "arithmetic_precedence_and_parentheses": ("echo $((2+3*4)) $(((2+3)*4)) $((1-2-3)) $((!0+~0))",
                                              "14 20 -4 0\n", 0),
    "arithmetic_assigns": ("i=1; : $((i+=4)) $((j=i*2)); echo $i $j", "5 10\n", 0),
    "arithmetic_short_circuit": ("echo $((0&&1/0)) $((1||1/0))", "0 1\n", 0),
    "division_by_zero_is_an_error": ("echo a; echo $((1/0)); echo b", "a\n", 2),
    "arithmetic_wraps": ("echo $((9223372036854775807+1)) $((-9223372036854775807-1))",
                         "-9223372036854775808 -9223372036854775808\n", 0),
    "fields_follow_ifs": ("IFS=:; v=a:b::c:; for i in $v; do echo \"<$i>\"; done",
                          "<a>\n<b>\n<>\n<c>\n", 0),
    "positional_parameters": (
        "set -- 'a b' c; for i in \"$@\"; do echo \"<$i>\"; done; echo \"$*\" $#; shift; echo $1 $#",
        "<a b>\n<c>\na b c 2\nc 1\n", 0),
    "no_parameters_is_no_field": ("set --; for i in \"$@\" $*; do echo \"<$i>\"; done; echo $#", "0\n", 0),
    "patterns_match_files_in_order": (
        "echo >b.c; echo >a.c; echo >.h.c; mkdir d; echo >d/x.c; echo *.c */*.c [ab].? '*.c' *.none",
        "a.c b.c d/x.c a.c b.c *.c *.none\n", 0),
    "quoted_pattern_characters_are_plain": ("echo >a; x='*'; echo \"*\" \\* \"$x\" $x", "* * * a\n", 0),
    "tilde_is_home": ("HOME=/h; echo ~ ~/a '~' a~", "/h /h/a ~ a~\n", 0),
    "redirections": (
        "echo a >f; echo b >>f; cat <f; cat f f 2>/dev/null >g; wc -l <g; echo c 1>&2 2>/dev/null",
        "a\nb\n4\n", 0),
    "redirections_in_order": ("sh -c 'echo o; echo e >&2' >f 2>&1; cat f; sh -c 'echo e >&2' 2>&1 >/dev/null",
                              "o\ne\ne\n", 0),
    "redirection_of_builtin_is_undone": ("pwd >f; cd / 2>g; echo back; test -s f", "back\n", 1),
    "redirection_of_compound": ("for i in a b; do echo $i; done >f; while read x; do echo \"<$x>\"; done <f",
                                "<a>\n<b>\n", 0),
    "redirection_failure_skips_the_command": ("echo a >/no/dir 2>/dev/null; echo $?", "1\n", 0),
    "descriptor_can_be_closed_and_moved": ("exec 3>f; echo a >&3; exec 3>&-; cat f; echo b 2>/dev/null >&3; echo $?",
                                           "a\n1\n", 0),
    "exec_redirections_stay": ("exec >f; echo a; cat f >&2", "", 0),
    "exec_of_a_program_is_refused": ("exec ls 2>/dev/null; echo $?", "126\n", 0),
    "pipeline": ("echo b a | tr ' ' '\\n' | sort | cat", "a\nb\n", 0),
    "pipeline_status_is_the_last": ("false | true; echo $?; true | false; echo $?; ! true | false; echo $?",
                                    "0\n1\n0\n", 0),
    "pipeline_of_compounds": ("x=1; { echo a$x; echo b; } | while read l; do echo \"<$l>\"; done | cat",
                              "<a1>\n<b>\n", 0),
    "pipeline_part_that_fails_to_start": ("nosuch 2>/dev/null | cat; echo $?; echo a | nosuch 2>/dev/null; echo $?",
                                          "0\n127\n", 0),
    "subshell_keeps_its_changes": ("x=1; (x=2; cd /; echo $x); echo $x; test \"$(pwd)\" != /", "2\n1\n", 0),
    "group_runs_here": ("{ x=1; echo a; }; echo $x", "a\n1\n", 0),
    "if_elif_else": ("for i in 1 2 3; do if [ $i = 1 ]; then echo one; elif [ $i = 2 ]; then echo two; else echo more; fi; done",
                     "one\ntwo\nmore\n", 0),
    "if_without_match_is_0": ("if false; then :; fi; echo $?", "0\n", 0),
    "while_until_break_continue": (
        "i=0; while :; do i=$((i+1)); [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done; "
        "until [ $i = 6 ]; do i=$((i+1)); echo u$i; done", "1\n3\nu5\nu6\n", 0),
    "break_leaves_two_loops": ("for i in 1 2; do for j in 1 2; do break 2; done; echo no; done; echo $i$j", "11\n", 0),
    "case_patterns": (
        "for w in a.c b.h '*' ''; do case $w in (*.c) echo c;; *.h|x) echo h;; '*') echo star;; *) echo none; esac; done",
        "c\nh\nstar\nnone\n", 0),
    "for_over_parameters": ("set -- a b; for i do echo $i; done; for i; do echo $i; done", "a\nb\na\nb\n", 0),
    "functions": ("f() { echo $1 $#; return 3; echo no; }; f a b; echo $? $#", "a 2\n3 0\n", 0),
    "function_may_replace_itself": ("f() { f() { echo new; }; echo old; }; f; f", "old\nnew\n", 0),
    "function_recursion": ("f() { [ $1 = 0 ] || { echo $1; f $(($1-1)); }; }; f 3", "3\n2\n1\n", 0),
    "eval_and_dot": ("echo 'y=2; return 5; echo no' >f; . ./f; echo $? $y; eval 'x=1;' echo '$x'", "5 2\n1\n", 0),
    "background_and_wait": ("sh -c 'exit 4' & wait $!; echo $?; sleep 0 & wait; echo $?; wait 1; echo $?",
                            "4\n0\n127\n", 0),
    "background_reads_nothing": ("cat & wait; echo done", "done\n", 0),
    "background_compound": ("{ echo a; exit 3; } & wait $!; echo $?", "a\n3\n", 0),
    "set_e_ends_at_a_failure": ("set -e; false || true; if false; then :; fi; ! true; echo a; false; echo b", "a\n", 1),
    "set_u_fails_on_unset": ("set -u; echo ${x-ok}; echo $x; echo no", "ok\n", 2),
    "read_divides_lines": ("echo 'a b  c d ' | { read x y z; echo \"<$x><$y><$z>\"; }", "<a><b><c d>\n", 0),
    "read_raw_and_continued": ("echo 'a\\tb' | { read -r x; echo \"$x\"; }", "a\\tb\n", 0),
    "read_fails_at_the_end": ("read x </dev/null; echo $?", "1\n", 0),
    "read_takes_only_its_line": ("echo a >f; echo b >>f; { read x; cat; } <f", "b\n", 0),
    "test_builtin": (
        "test a = a && test a != b && [ 1 -lt 2 ] && [ -z '' ] && [ -n a ] && [ ! -e no ] && [ -d . ] && echo yes; "
        "[ 2 -gt 10 ] || [ a = b -o c = c ] && echo or; [ '(' = '(' ] && [ ! ] && [ -n ] && echo odd; [ a; echo $?",
        "yes\nor\nodd\n2\n", 0),
    "cd_and_pwd": ("mkdir -p d/e; p=$PWD; cd d/e; echo ${PWD#$p}; cd ..; pwd | grep -c '/d$'; cd - >/dev/null; "
                   "[ \"$(pwd)\" = \"$PWD\" ] && echo same; cd no 2>/dev/null; echo $?",
                   "/d/e\n1\nsame\n1\n", 0),
    "type_says_what_it_is": ("f() { :; }; type f cd nosuch; echo $?", "f is a function\ncd is a shell builtin\nnosuch: not found\n1\n", 0),
    "builtin_sees_write_errors": ("pwd >/dev/full 2>/dev/null; echo $?", "1\n", 0),
    "syntax_error_is_2": ("echo a\nif; then\necho b", "a\n", 2),
    "syntax_error_reserved_word": ("echo a\nfi", "a\n", 2),
    "syntax_error_missing_separator": ("(echo a) (echo b)", "", 2),
    "unterminated_quote_is_2": ("echo 'a", "", 2),
    "here_document_is_refused": ("cat <<E\na\nE", "", 2),
    "commands_see_the_shells_input": ("cat", "from stdin\n", 0),
    "crowd_of_semicolons_is_refused": ("echo a;; echo b", "", 2),
    "function_in_pipeline_and_background": ("f() { echo f; }; f | cat; f & wait", "f\nf\n", 0),
}

# Scripts on which dash agrees with POSIX: our output and status must be the same.
LIKE_DASH = {
    "quoting": "x='a b'; echo \"$x\"'$x'\\\"$x\\\" \"a'b\" 'a\"b' \"\\$x\\`\"",
    "nested_quotes": "echo \"${x:-\"a b\"}\" \"${x:-'q'}\" ${x:-'a  b'} \"$(echo \"in  $((1+1))\")\"",
    "star_and_at": "set -- 'a b' '' c; for i in $* ; do echo \"[$i]\"; done; for i in \"$@\"; do echo \"[$i]\"; done;"
                   "for i in \"x$@y\"; do echo \"[$i]\"; done; IFS=,; echo \"$*\"",
    "ifs_blanks_and_delimiters": "IFS=' ,'; v=' a , b,,c '; for i in $v; do echo \"[$i]\"; done",
    "empty_expansion_vanishes": "e=; set -- $e a \"$e\" $e; echo $#",
    "loops_and_status": "for i in 1 2 3; do false; done; echo $?; while false; do :; done; echo $?",
    "case_fallthrough": "case abc in a?c) echo 1;; abc) echo 2;; esac; case x in y) ;; esac; echo $?",
    "case_brackets": "for i in a b - z; do case $i in [!a-b]) echo not;; [a-b]) echo ab;; esac; done",
    "set_e_in_function": "set -e; f() { false; echo in; }; if f; then echo ok; fi; f; echo never",
    "and_or_lists": "true && false || echo a; false || false && echo b; echo $?; ! false && echo c",
    "parameters_beyond_nine": "set -- 1 2 3 4 5 6 7 8 9 ten 11; echo ${10} ${11} $10 $#",
    "substitution_in_arithmetic": "n=3; echo $(( $n + $(echo 4) + ${n} ))",
    "redirect_chain": "{ echo out; echo err >&2; } 2>&1 >/dev/null | sed s/err/caught/",
    "group_redirection": "{ echo a; echo b; } >f; (echo c) >>f; cat f",
    "assign_then_use": "a=1 b=$a; echo $a$b; a=2 b=$a; echo $a$b",
    "nested_functions": "f() { g() { echo g$1; }; g $1; }; f 1; g 2",
    "return_status": "f() { return; }; false; f; echo $?; true; f; echo $?",
    "multi_line": "if true\nthen\n  echo a\n\n  # c\n  echo b\nfi\nfor i in 1 \\\n 2\ndo echo $i\ndone",
    "pipe_over_lines": "echo a |\n\n cat &&\n echo b ||\n echo c",
    "unset_in_default": "unset x; echo \"${x-a b}\" ${x-a  b}; x=y; echo ${x+\"q r\"}",
    "length_of_specials": "set -- a b c; echo ${#}; x=abc; echo ${#x}",
    "echo_of_backquote_in_quotes": "echo \"`echo 'a  b'`\" `echo 'a  b'`",
    "glob_in_for": "touch x1 x2; for i in x*; do echo $i; done; for i in y*; do echo $i; done",
    "until_with_and": "i=0; until i=$((i+1)); [ $i -ge 3 ]; do echo $i; done",
    "quoted_empty_concat": "x=; echo a\"\"b''c\"$x\"d",
    "negative_numbers": "echo $((-5 % 3)) $((5 % -3)) $((-5 >> 1)) $((~5)) $((- - 5))",
    "comparison_operators": "echo $((1<2)) $((2<=1)) $((1!=1)) $((5&3)) $((5|3)) $((5^3)) $((1&&0||1))",
}


def _shell(script, folder, *args, **more):
    return run([BIN / "sh", "-c", script, *args], folder, **more)


def _make_script_test(script, out, status):
    def test(folder):
        done = _shell(script, folder, stdin=b"from stdin\n")
        expect(done.out.decode(), out, "output")
        expect(done.status, status, "status")
    return test


def _make_dash_test(script):
    def test(folder):
        (folder / "ours").mkdir()
        (folder / "dash").mkdir()
        ours = _shell(script, folder / "ours")
        dash = run([shutil.which("dash"), "-c", script], folder / "dash")
        expect((ours.out, ours.status), (dash.out, dash.status), "compared with dash")
    return test


for _name, _row in SCRIPTS.items():
    globals()[f"test_{_name}"] = _make_script_test(*_row)
if shutil.which("dash"):
    for _name, _script in LIKE_DASH.items():
        globals()[f"test_like_dash_{_name}"] = _make_dash_test(_script)


def test_command_string_takes_name_and_arguments(folder):
    expect(_shell("echo $0 $1 \"$2\" $#", folder, "name", "a", "b  c").out, b"name a b  c 2\n", "output")


def test_script_file_takes_arguments(folder):
    (folder / "s").write_text("echo $0 $1\nexit 5\n")
    done = run([BIN / "sh", "s", "a"], folder)
    expect((done.out, done.status), (b"s a\n", 5), "script")


def test_missing_script_file_is_127(folder):
    done = run([BIN / "sh", "nosuch"], folder)
    expect(done.status, 127, "status")
    expect_match(done.err, r"^sh: nosuch: No such file", "message")


def test_script_longer_than_a_read_block(folder):
    lines = "".join(f"x={i} # {'c' * (i % 97)}\n" for i in range(2000))
    (folder / "s").write_text(lines + "echo $x\n")
    expect(run([BIN / "sh", "s"], folder).out, b"1999\n", "output")


def test_standard_input_is_read_line_by_line(folder):
    done = run([BIN / "sh"], folder, stdin=b"read x\nhello\necho \"<$x>\"\ncat\nrest\n")
    expect(done.out, b"<hello>\nrest\n", "output")


def test_program_of_shell_text_runs(folder):
    (folder / "plain").write_text("echo plain $1\n")
    (folder / "hashbang").write_text(f"#!{BIN}/sh -e\nfalse\necho no\n")
    for name in ("plain", "hashbang"):
        (folder / name).chmod(0o755)
    done = _shell("./plain a; ./hashbang; echo $?", folder)
    expect(done.out, b"plain a\n1\n", "output")


def test_messages_go_to_standard_error_with_the_reason(folder):
    done = _shell("nosuch; cat </no/file; cd /no/dir; echo a >&9", folder)
    expect(done.out, b"", "output")
    for pattern in (r"^sh: nosuch: not found$", r"^sh: /no/file: No such file or directory$",
                    r"^sh: cd: /no/dir: No such file", r"^sh: 9: Bad file descriptor$"):
        expect_match(done.err, pattern, "messages")


def test_syntax_error_names_the_line(folder):
    done = run([BIN / "sh"], folder, stdin=b"echo a\n\necho b; }\n")
    expect(done.out, b"a\n", "output")
    expect_match(done.err, r"^sh: line 3: unexpected '}'$", "message")


def test_trace_prints_expanded_commands(folder):
    done = run([BIN / "sh", "-xc", "x=1; echo a $x"], folder)
    expect((done.out, done.err), (b"a 1\n", b"+ echo a 1\n"), "trace")


def test_path_is_searched_in_order(folder):
    for name in ("one", "two"):
        (folder / name).mkdir()
        (folder / name / "prog").write_text(f"#!/bin/sh\necho {name}\n")
    (folder / "two" / "prog").chmod(0o755)
    path = f"{folder}/one:{folder}/two:/bin"
    expect(_shell("prog", folder, env=environment(PATH=path)).out, b"two\n", "second in PATH")
    (folder / "one" / "prog").chmod(0o755)
    expect(_shell("prog", folder, env=environment(PATH=path)).out, b"one\n", "first in PATH")


def test_environment_passes_through(folder):
    done = _shell("env", folder, env={"PATH": f"{BIN}:/bin", "odd-name": "1", "A": "x=y"})
    expect(sorted(line for line in done.out.split(b"\n") if line.startswith((b"A=", b"odd"))),
           [b"A=x=y"], "environment")


def test_help_names_every_builtin(folder):
    done = _shell("help", folder)
    for name in "cd pwd exit export unset set shift exec wait help history read test".split():
        expect_match(done.out, rf"^  {name} ", "help")
