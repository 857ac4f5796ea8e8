//! `--interactive`: calls stepped through.

use serde_json::json;

use super::support::*;

fn call(lines: &str) -> Run {
    Folder::of(CAMPAIGN).command("simulate a.cxflow --interactive").input(lines).run()
}

#[test]
fn the_keyboard_shows_the_prompts_and_the_call_as_a_test() {
    call("human\n1\n\n")
        .exits(0)
        .out_is("test \"human, 1 ends at sales\" on human, 1 -> notice -> menu -> sales\n")
        .err_is(
            r#"line (answer)
what happens? `human`, `unknown` or `machine`
> human
notice (disclosure)
  play "https://cdn.example.com/notice.wav"
menu (collect)
  collect "Press 1 for sales, 2 to be called back"
> 1
sales (agent)
  route "sales_queue"
the call may end here (Enter) or go on: `busy | no_answer`
> 
the call ends at `sales`
"#,
        );
}

#[test]
fn texts_show_what_a_terminal_would_obey() {
    let flow = CAMPAIGN.replace("Good day.", "\\u{1b}[31mGood day.");
    let run = Folder::of(&flow).command("simulate a.cxflow --interactive").input("machine\n").run();
    run.exits(0).err_has("  say \"\\u{1b}[31mGood day.\\nCall us back.\"\n").err_lacks("\u{1b}");
}

#[test]
fn wrong_keys_and_silence_use_up_the_tries() {
    call("human\n7\n\n")
        .exits(0)
        .out_is("test \"human, timeout ends at bye\" on human, timeout -> notice -> menu -> bye\n")
        .err_has("> 7\n`7` is a wrong key; the prompt plays again, 2 of 2\n  collect \"Press 1")
        .err_has("no key, at the last of 2 attempts: timeout\nbye (disconnect)\n");
    // What fails last decides.
    call("human\n\n7\n").exits(0).out_has("on human, invalid -> notice -> menu -> bye");
}

#[test]
fn what_is_said_again_depends_on_what_went_before() {
    let flow = "flow \"A\"\nentry notice\ndisclosure notice { say \"Hi.\"; -> menu }\ncollect menu \"Press 1.\" retries 2 {\n  retry \"Once more.\"\n  \
                silence \"Hello?\"\n  on 1 | timeout | invalid -> bye\n}\ndisconnect bye\n";
    let run = Folder::of(flow).command("simulate a.cxflow --interactive").input("\n7\n1\n").run();
    run.err_has("no key; at attempt 2 of 3 this is heard\n  silence \"Hello?\"\n")
        .err_has("`7` is a wrong key; at attempt 3 of 3 this is heard\n  retry \"Once more.\"\n");
}

#[test]
fn what_is_said_again_may_be_of_any_kind() {
    let flow = "flow \"A\"\nentry notice\ndisclosure notice { say \"Hi.\"; -> menu }\ncollect menu \"Press 1.\" retries 3 {\n  \
                silence prompt \"hello\" ssml \"<speak>Hello?</speak>\" with pace = \"slow\"\n  on 1 | timeout | invalid -> bye\n}\ndisconnect bye\n";
    let run = Folder::of(flow).command("simulate a.cxflow --interactive").input("help\n\n7\n1\n").run();
    run.err_has("any other key is wrong: there are 4 attempts at most, then comes timeout or invalid")
        .err_has("  silence prompt \"hello\" ssml \"<speak>Hello?</speak>\" with pace = \"slow\"\n")
        .err_has("`7` is a wrong key; the prompt plays again, 3 of 4\n  collect \"Press 1.\"\n");
}

#[test]
fn digits_are_entered_with_the_key_that_ends_them() {
    let flow = "flow \"A\"\nentry notice\nvar account lasts 2s\ndisclosure notice \"https://x.example/n.wav\"\n\
                collect ask \"Your number, then pound.\" digits 4..6 end \"#\" into account retries 1 {\n  \
                on entered -> which\n  on timeout | invalid -> bye\n}\n\
                decide which { when account starts \"41\" -> desk; else -> bye }\n\
                agent desk \"q\"\ndisconnect bye\nnotice -> ask\n";
    let folder = Folder::of(flow);
    let call = |keys: &str| folder.command("simulate a.cxflow --interactive").input(keys).run().exits(0);
    call("4111#\n").out_has("on 4111# -> ask -> which -> desk");
    call("\"5111#\"\n").out_has("-> ask -> which -> bye");
    call("41#\n4111111\n")
        .err_has("`41#` has fewer than 4 digits; the prompt plays again, 2 of 2\n")
        .err_has("`4111111` has more than 6 digits, at the last of 2 attempts: invalid\n");
    call("entered\n4100\n").err_has("what is `account`?").out_has("with account = 4100 on entered");
    folder.command("simulate a.cxflow --keys 4111#").run().exits(0).out_has("-(4111#)-> which");
    let wrong = folder.command("simulate a.cxflow --keys 41#").run();
    wrong.exits(0).err_has("at `ask`, `41#` has fewer than 4 digits, which is `invalid`");
}

#[test]
fn a_key_after_a_wrong_one_is_taken_and_the_next_menu_has_its_own_tries() {
    let flow = CAMPAIGN.replace("  on 2 -> later", "  on 2 -> more").replace(
        "callback later",
        "collect more \"Press 3\" retries 2 {\n  on 3 -> later\n  on timeout | invalid -> bye\n}\ncallback later",
    );
    let folder = Folder::of(&flow);
    let run =
        folder.command("simulate a.cxflow --interactive").input("human\n9\n2\n9\n9\n3\n").run().exits(0);
    run.out_has("on human, 2, 3 -> notice -> menu -> more -> later").err_has("again, 3 of 3");
}

#[test]
fn an_outcome_can_be_chosen_and_nothing_else() {
    call("human\n1\nno_answer\n")
        .exits(0)
        .out_has("on human, 1, no_answer -> notice -> menu -> sales -> later");
    call("human\ntimeout\n").exits(0).out_has("on human, timeout -> notice -> menu -> bye");
    call("1\nhuman\nbusy\n")
        .exits(0)
        .out_is("")
        .err_has("`line` does not take `1`: it takes `human | unknown` and `machine`\n")
        .err_has("`menu` does not take `busy`: it takes `1`, `2` and `timeout | invalid`\n");
    call("\n")
        .exits(0)
        .out_is("")
        .err_has("Enter means silence, but `line` does not wait for a key: type `human");
    call("humn\n").exits(0).out_is("").err_has("did you mean `human`?");
}

#[test]
fn several_events_on_a_line() {
    call("human, 1, busy\n").exits(0).out_has("on human, 1, busy -> notice -> menu -> sales -> later");
    call("machine, 1\n")
        .exits(0)
        .out_has("on machine -> message")
        .err_has("the call is over, and `1` was not used");
}

#[test]
fn back_takes_back_one_thing() {
    call("human\n1\nback\n2\n")
        .exits(0)
        .out_is("test \"human, 2 ends at later\" on human, 2 -> notice -> menu -> later\n");
    // A try, too: two more wrong keys are needed then.
    call("human\n7\nback\n7\n").exits(0).out_is("").err_has("you left the call at `menu`, before its end");
    call("human\n7\nback\n7\n7\n").exits(0).out_has("on human, invalid");
    // From the end as well, and to before the beginning not.
    call("human\n2\nback\n1\nbusy\n").exits(0).out_is(
        "test \"human, 2 ends at later\" on human, 2 -> notice -> menu -> later
test \"human, 1, busy ends at later\" on human, 1, busy -> notice -> menu -> sales -> later\n",
    );
    call("back\nhuman\nback\nback\nmachine\n")
        .exits(0)
        .out_has("on machine -> message")
        .err_has("the call began here");
}

#[test]
fn restart_begins_a_new_call_and_each_is_told_once() {
    call("machine\nrestart\nhuman\n7\nrestart\nmachine\nrestart\nhuman\n2\n").exits(0).out_is(
        "test \"machine ends at message\" on machine -> message
test \"human, 2 ends at later\" on human, 2 -> notice -> menu -> later\n",
    );
}

#[test]
fn quit_leaves_at_once() {
    call("human\nquit\n1\n").exits(0).out_is("").err_has("you left the call at `menu`, before its end");
    // Whoever leaves at an agent has not said that the call ends there; the end of input does.
    call("human\n1\nquit\n").exits(0).out_is("").err_has("left the call at `sales`");
    call("human\n1\n").exits(0).out_has("ends at sales");
    call("machine\n\nhuman\n").exits(0).out_has("ends at message").err_lacks("> human");
}

#[test]
fn help_lists_what_the_node_takes() {
    call("help\nhuman\n?\n1\nhelp\n")
        .exits(0)
        .err_has("`line` takes `human | unknown` and `machine`\nback undoes")
        .err_has("`menu` takes `1`, `2` and `timeout | invalid`\nEnter means silence, any other key is wrong: the prompt plays 2 times")
        .err_has("`sales` takes `busy | no_answer`; Enter: the call ends here\n");
}

#[test]
fn a_call_in_which_nothing_is_asked() {
    let run = Folder::of(CLEAN).command("simulate a.cxflow --interactive").run().exits(0);
    run.out_is("test \"ends at sales\" -> sales\n").err_has("the call ends at `sales`");
    let deep = Folder::of(&chain(100_000));
    let run = deep.command("simulate --as-is a.cxflow --interactive").run().exits(0);
    run.out_is("test \"ends at n100000\" -> n100000\n").err_has("n99999 (play)");
}

#[test]
fn calls_as_objects() {
    let folder = Folder::of(CAMPAIGN);
    let run = folder
        .command("simulate a.cxflow --interactive --format json")
        .input("machine\nrestart\nhuman\n2\n")
        .run();
    let calls = run.exits(0).lines();
    assert_eq!(calls.len(), 2);
    assert_eq!((&calls[0]["ends_at"], &calls[1]["events"]), (&json!("message"), &json!(["human", "2"])));
}

#[test]
fn lines_of_any_length_and_of_any_bytes() {
    let mut input = vec![b'1'; 5_000_000];
    input.extend_from_slice(b"\n\xff\xfe\x1b[31m\nmachine\n");
    let run = Folder::of(CAMPAIGN).command("simulate a.cxflow --interactive").input(input).run().exits(0);
    run.out_has("on machine -> message").err_lacks("\u{1b}").err_has("is not an event");
}

#[test]
fn unquoted_names_and_conditions_can_be_pasted() {
    let flow = CAMPAIGN
        .replace("callback later", "callback `later on`")
        .replace("-> later", "-> `later on`")
        .replace("on busy | no_answer", "on \"say \\\"no\\\"\"");
    let run = Folder::of(&flow)
        .command("simulate a.cxflow --interactive")
        .input("human,1,\"say \\\"no\\\"\"\n")
        .run();
    run.exits(0).out_is(
        "test \"human, 1, \\\"say \\\\\\\"no\\\\\\\"\\\" ends at `later on`\" on human, 1, \"say \\\"no\\\"\" -> notice -> menu -> sales -> `later on`\n",
    );
}

/// Odd names, conditions and events: whatever is printed is a test of the flow.
const ODD: &str = r##"flow "Odd"
entry on
disclosure on "https://cdn.example.com/notice.wav"
collect test "Press 1, star or pound" retries 1 {
  on 1 | *9# -> `the \`end\` -> of "it"`
  on "say \"no\"|\${x" -> every
  on timeout | invalid -> entry
}
agent `the \`end\` -> of "it"` "q" { on busy -> entry }
agent every "q"
disconnect entry
on -> test
"##;

#[test]
fn the_printed_tests_compile_and_pass_in_the_flow() {
    let lines = "1\nrestart\n*9#,busy\nrestart\n\"say \\\"no\\\"\"\nrestart\n7\n\n";
    let lines = format!("{lines}restart\n\"say \\\"no\\\"|\\${{x\"\nback\n\n\n");
    for (flow, lines, count) in [
        (ODD.to_owned(), lines.as_str(), 4),
        (CAMPAIGN.to_owned(), "human, 1\nbusy\nback\n\nrestart\nmachine\nrestart\nunknown\n\n\n", 4),
        (CLEAN.to_owned(), "", 1),
    ] {
        let folder = Folder::of(&flow);
        let session = folder.command("simulate a.cxflow --interactive").input(lines).run().exits(0);
        assert_eq!(session.out.lines().count(), count, "{}", session.out);
        folder.write("a.cxflow", format!("{flow}{}", session.out));
        let passes = if count == 1 { "1 test passes".to_owned() } else { format!("{count} tests pass") };
        folder.run("test a.cxflow").exits(0).err_has(&passes);
        // The same calls once more have other names.
        let again = folder.command("simulate a.cxflow --interactive").input(lines).run().exits(0);
        folder.write("a.cxflow", format!("{flow}{}{}", session.out, again.out));
        folder.run("test a.cxflow").exits(0).err_has(&format!("{} tests pass", 2 * count));
    }
}

/// A test that names all of a long way would be longer than anyone reads.
#[test]
fn a_long_call_is_a_test_that_passes() {
    let folder = Folder::of(&chain(40));
    let session = folder.command("simulate a.cxflow --interactive").run().exits(0);
    folder.write("a.cxflow", format!("{}{}", chain(40), session.out));
    folder.run("test a.cxflow").exits(0).err_has("1 test passes");
}

/// A flow whose calls depend on what is known of the contact.
const VALUES: &str = r#"flow "Debt"
entry notice
contact balance lasts 3s
contact lang lasts 1s
var tries lasts 1s
disclosure notice { play "https://cdn.example.com/notice.wav"; set tries = 0 }
notice -> debt
decide debt {
  when balance > 100 -> desk
  when lang = "es" -> menu
  else -> bye
}
collect menu "You owe ${balance}. Press 1." { on 1 -> desk; on timeout | invalid -> count }
play count { set tries = tries + 1 }
count -> more
decide more { when tries < 2 -> menu again 2 else bye; else -> bye }
agent desk "front_desk"
disconnect bye { say "Attempt ${tries}." }
"#;

#[test]
fn what_a_decide_needs_is_asked_and_stands_in_the_test() {
    let folder = Folder::of(VALUES);
    let call = |lines: &str| folder.command("simulate a.cxflow --interactive").input(lines).run().exits(0);
    call("120\n")
        .out_is("test \"ends at desk\" with balance = 120 -> debt -> desk\n")
        .err_has("  set tries = 0\ndebt (decide)\nwhat is `balance`? type a whole number or a text\n> 120\n");
    call("20\nes\n\n\n")
        .out_is("test \"timeout, timeout ends at bye\" with balance = 20, lang = \"es\" on timeout, timeout -> debt -> menu -> count -> more -> menu -> count -> more -> bye\n")
        .err_has("what is `lang`?");
    // A value is taken back like anything else.
    call("20\nback\n\"500\"\n").out_has("with balance = \"500\" -> debt -> desk");
    call("20\n").out_is("").err_has("you left the call at `debt`, before its end");
    call("20\nhelp\nde\n").out_has("with balance = 20, lang = \"de\" -> debt -> bye");
    let run =
        folder.command("simulate a.cxflow --interactive --with balance=20 --with lang=es").input("1\n").run();
    run.exits(0).out_has("with balance = 20, lang = \"es\" on 1 -> debt -> menu -> desk");
}

#[test]
fn values_are_given_on_the_command_line() {
    let folder = Folder::of(VALUES);
    let run = |arguments: &str| folder.run(&format!("simulate a.cxflow {arguments}"));
    run("--with balance=120 --keys=").exits(0).out_is("notice -> debt -(balance > 100)-> desk\n");
    run("--with balance=5 --with lang=es --keys timeout,1").exits(0).out_is(
        "notice -> debt -(lang = \"es\")-> menu -(timeout)-> count -> more -(tries < 2)-> menu -(1)-> desk\n",
    );
    run("--keys 1")
        .exits(1)
        .out_is("")
        .err_has("nothing says what `balance` is")
        .err_has("--with balance=100");
    let json = run("--with balance=120 --keys= --format json").exits(0).json();
    assert_eq!((&json["with"], &json["on"]), (&json!({"balance": 120}), &json!([null, "balance > 100"])));
    run("--with balnce=1 --keys 1").exits(2).err_has("did you mean `--with balance=…`?");
    run("--with balance --keys 1").exits(2).err_has("write it as in `balance=120`");
    run("--with balance=1 --with balance=2 --keys 1").exits(2).err_has("`balance` is given twice");
    // One value, which holds several, or a number as people group its digits.
    let run = |value: &str| folder.command("simulate a.cxflow --keys=").args(["--with", value]).run();
    for value in ["balance=85,lan=en", "balance=85;lang=en", "balance=85 lang=en", "balance=85, lang = en"] {
        let second = if value.contains("lan=") { "lan" } else { "lang" };
        run(value)
            .exits(2)
            .out_is("")
            .err_has("it holds a second value")
            .err_has(&format!("--with balance=85 --with {second}=…"));
    }
    for value in ["balance=85,000", "balance=85 000", "balance=85_000", "balance=85'000"] {
        run(value).exits(2).out_is("").err_has("write `--with balance=85000`");
    }
    // Whoever wants the text puts it in quotes.
    run("balance=\"85,lan=en\"").exits(1).err_has("nothing says what `lang` is");
    run("balance=\"85,000\"").exits(1).err_has("nothing says what `lang` is");
    run("balance=1,2").exits(1).err_has("nothing says what `lang` is");
}

const HOURS: &str = r#"flow "Hours"
entry notice
hours office in "America/New_York" { mon..fri 9:00..17:00; closed 2026-12-25 }
contact lang lasts 1s
disclosure notice { say "This is Lakeside." }
notice -> now
decide now { when lang = "es" -> bye; when open office -> desk; else -> bye }
agent desk "front_desk"
disconnect bye { say "Goodbye." }
"#;

#[test]
fn the_time_of_a_call_is_asked_for_and_stands_in_the_test() {
    let folder = Folder::of(HOURS);
    let call = |lines: &str| folder.command("simulate a.cxflow --interactive").input(lines).run().exits(0);
    call("en\n2026-12-24T10:00\n")
        .out_is("test \"ends at desk\" at 2026-12-24T10:00 with lang = \"en\" -> now -> desk\n")
        .err_has("when is the call made? type a time such as 2026-12-24T18:00");
    call("en\ntomorrow\n5\n2026-12-25T10:00\n")
        .out_has("at 2026-12-25T10:00 with lang = \"en\" -> now -> bye");
    call("es\n").out_is("test \"ends at bye\" with lang = \"es\" -> now -> bye\n");
    call("en\n2026-12-24T10:00\nback\n2026-12-24T20:00\n").out_has("at 2026-12-24T20:00");
}

#[test]
fn the_time_of_a_call_is_given_on_the_command_line() {
    let folder = Folder::of(HOURS);
    let run = |arguments: &str| folder.run(&format!("simulate a.cxflow --with lang=en --keys= {arguments}"));
    run("--at 2026-12-24T16:59").exits(0).out_is("notice -> now -(open office)-> desk\n");
    run("--at 2026-12-24T17:00").exits(0).out_is("notice -> now -> bye\n");
    run("--at 2026-12-24T21:59Z").exits(0).out_is("notice -> now -(open office)-> desk\n");
    run("--at 2026-12-24T16:59+01:00").exits(0).out_is("notice -> now -(open office)-> desk\n");
    run("")
        .exits(1)
        .out_is("")
        .err_has("nothing says when the call is made")
        .err_has("give `--at 2026-12-24T18:00`");
    let json = run("--at 2026-12-24T10:00 --format json").exits(0).json();
    assert_eq!((&json["at"], &json["with"]), (&json!("2026-12-24T10:00"), &json!({"lang": "en"})));
    run("--at noon").exits(2).err_has("`noon` is no time; write it as in `2026-12-24T18:00`");
    run("--at 2026-02-30T10:00").exits(2).err_has("there is no day 2026-02-30");
    run("--at 2026-03-08T02:30").exits(2).err_has("the clock of America/New_York is put forward over");
    run("--with office=open").exits(2).err_has("the flow compares no variable or contact field `office`");
}

#[test]
fn an_agents_words_stand_behind_the_queue() {
    let flow = "flow \"A\"\nentry notice\ndisclosure notice { say \"Hi.\" }\nagent desk {\n  script \"This is Lakeside.\" @identity\n  \
                route \"q\"\n}\nnotice -> desk\n";
    let run = Folder::of(flow).command("simulate a.cxflow --interactive").input("\n").run();
    run.exits(0).err_has("desk (agent)\n  route \"q\"\n  script \"This is Lakeside.\"\n");
}
