use super::*;

fn nested(levels: usize) -> String {
    format!("k = {}\"x\"{}\n", "{ ".repeat(levels), " }".repeat(levels))
}

fn code(text: &str) -> Result<(), (&'static str, usize)> {
    check([("panel.ftl", text)]).map_err(|error| (error.code, error.line))
}

#[test]
fn nesting_ends_at_the_limit_and_not_with_the_stack() {
    assert_eq!(code(&nested(8)), Ok(()));
    for levels in [9, 100, 500, 20_000] {
        let text = format!("first = x\n\n# about\n{}", nested(levels));
        assert!(matches!(code(&text), Err(("fluent-too-deep" | "fluent-message-too-large", 4))), "{levels}");
        assert!(levels <= 100 || readable("panel.ftl", &text).is_err(), "{levels}");
    }
    let error = check([("panel.ftl", &*nested(9))]).unwrap_err();
    assert_eq!(error.to_string(), "panel.ftl:1: `k` is nested 9 deep, at most 8");
    // Every other way to nest: variants, calls, arguments of terms, attributes, unfinished ones.
    let selects = format!("k = {}x{}\n", "{ $a ->\n *[b] ".repeat(9), "\n }".repeat(9));
    let calls = format!("k = {{ {}$x{} }}\n", "F(".repeat(9), ")".repeat(9));
    let terms = format!("k = {{ {}$x{} }}\n", "-t(".repeat(9), ")".repeat(9));
    let attribute = format!("k = x\n    .a = {}$x{}\n", "{ ".repeat(9), " }".repeat(9));
    for text in [selects, calls, terms, attribute] {
        assert!(matches!(code(&text), Err(("fluent-too-deep", 1))), "{text}");
    }
    for unfinished in ["{ ", "{\n", "F(", "F(\n", "{ $a ->\n *[b] ", "{\"}\"", "-t(", "{ F({"] {
        for start in ["k = ", "k = { ", "k =\n  .a = { ", "-t = { ", "k = \" { "] {
            let text = format!("{start}{}", unfinished.repeat(2_000));
            let (code, line) = code(&text).unwrap_err();
            let codes = ["fluent-too-deep", "fluent-too-many-brackets", "fluent-message-too-large"];
            assert!(codes.contains(&code) && line == 1, "{code} {line} {text:.40}");
        }
    }
}

#[test]
fn strings_and_comments_neither_hide_brackets_nor_count_as_nesting() {
    let braces = format!("k = {}\n", "{ \"{\" }{ \"}\" } (see (there) ".repeat(20));
    assert_eq!(code(&braces), Ok(()));
    let comments = format!("# {}\n## {}\nk = x\n# {}\n", "{".repeat(9_000), "(".repeat(9_000), "{ \"".repeat(9_000));
    assert_eq!(code(&comments), Ok(()));
    // A quote in a text begins no string, one in a string ends none.
    for hidden in ["k = \" ", "k = { $a ->\n *[b] \" ", "k = { \"\\\"\" } ", "k = { \"#\" }\n # "] {
        let text = format!("{hidden}{}\"x\"{}\n", "{ ".repeat(500), " }".repeat(500));
        assert!(matches!(code(&text), Err(("fluent-too-deep", 1))), "{hidden}");
    }
    // An entry that is not ended does not take the next one with it.
    assert_eq!(code(&format!("a = {{\n{}", "b = { \"{\" }\n".repeat(300))).unwrap_err().0, "fluent-syntax");
}

#[test]
fn the_parser_has_room_for_the_deepest_text() {
    let worst = ["{ ", "{\n", "F(", "{ $a ->\n *[b] ", "{ F(", "-t("];
    let texts: Vec<String> = worst
        .iter()
        .map(|open| format!("k = {{ {}", open.repeat(MOST_BRACKETS / open.matches(['{', '(']).count() - 1)))
        .collect();
    // Half of what a thread of the server has.
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let read = small.spawn(move || texts.iter().map(|text| readable("panel.ftl", text)).collect::<Vec<_>>()).unwrap();
    assert!(read.join().unwrap().iter().all(Result::is_ok));
}

#[test]
fn small_texts_do_not_become_large_ones() {
    let big =
        |letters: usize, times: usize| format!("-big = {}\nk = {}\n", "x".repeat(letters), "{ -big }".repeat(times));
    assert_eq!(code(&big(100_000, 90)), Err(("fluent-message-too-large", 1)));
    assert_eq!(code(&big(16_000, 90)), Err(("fluent-too-long", 2)));
    assert_eq!(code(&big(300, 90)), Err(("fluent-too-long", 2)));
    assert_eq!(code(&big(100, 90)), Ok(()));
    // A selector is formatted as well, and so are the arguments of a call.
    let term = format!("-big = x\n    .a = {}\n", "x".repeat(9_000));
    assert_eq!(
        code(&format!("{term}k = {{ -big.a ->\n   *[x] {}\n  }}\n", "y".repeat(9_000))),
        Err(("fluent-too-long", 3))
    );
    let twice = format!("{term}k = {{ F(-big.a, -big.a) }}\n");
    assert_eq!(code(&twice.replace("-big.a", "big.a").replace("-big =", "big =")), Err(("fluent-too-long", 3)));
    // Of variants one alone is shown.
    assert_eq!(code(&format!("k = {{ $n ->\n   [a] {0}\n   *[b] {0}\n  }}\n", "y".repeat(7_500))), Ok(()));
    assert_eq!(code(&format!("k = {}\n", "{ $x }".repeat(100))), Ok(()));
    assert_eq!(code(&format!("k = {}\n", "{ $x }".repeat(101))), Err(("fluent-too-many-brackets", 1)));
    assert_eq!(
        code(&format!("-t = {}\nk = {{ -t }}{{ -t }}\n", "{ $x }".repeat(60))),
        Err(("fluent-too-many-values", 2))
    );
}

#[test]
fn sizes_and_counts_are_bounded() {
    let keys = |count: usize| (0..count).map(|at| format!("k{at} = x\n")).collect::<String>();
    assert_eq!(code(&keys(3_000)), Ok(()));
    assert_eq!(code(&keys(3_001)), Err(("fluent-too-many", 3_001)));
    assert_eq!(code(&format!("a = x\nk = {}", "x".repeat(17_000))), Err(("fluent-message-too-large", 2)));
    assert_eq!(code(&format!("k = x\n{}", "    .a = y\n".repeat(2_000))), Err(("fluent-message-too-large", 1)));
    assert_eq!(code(&format!("# {}\n", "x".repeat(512 << 10))), Err(("fluent-too-large", 1)));
}

#[test]
fn references_are_followed_across_resources_and_end() {
    let chain = |links: usize| {
        let links = (1..=links).map(|at| format!("-t{at} = {{ -t{} }}\n", at + 1)).collect::<String>();
        format!("k = {{ -t1 }}\n{links}")
    };
    assert_eq!(code(&format!("{}-t4 = x\n", chain(3))), Ok(()));
    assert_eq!(code(&format!("{}-t5 = x\n", chain(4))), Err(("fluent-references", 1)));
    // From the end on, where each is known already.
    let backwards: String = format!("{}-t5 = x\n", chain(4)).lines().rev().map(|line| format!("{line}\n")).collect();
    assert_eq!(code(&backwards), Err(("fluent-references", 6)));
    assert_eq!(code("a = { b }\nb = { a }\n"), Err(("fluent-cycle", 1)));
    assert_eq!(code("-a = { -a }\n"), Err(("fluent-cycle", 1)));
    assert_eq!(code("a = { a.b }\n    .b = { a.b }\n"), Err(("fluent-cycle", 1)));
    assert_eq!(code("a = { $n ->\n   *[x] { a }\n  }\n"), Err(("fluent-cycle", 1)));
    let two = check([("one.ftl", "x = y\na = { -b }\n"), ("two.ftl", "-b = { a }\n")]).unwrap_err();
    assert_eq!((two.code, &*two.file, two.line), ("fluent-cycle", "one.ftl", 2));
}

#[test]
fn misspellings_have_a_place_and_harm_nobody() {
    let error = check([("a.ftl", "a = x\nb = {\nc = y\n")]).unwrap_err();
    assert_eq!((error.code, error.is_harmful()), ("fluent-syntax", false));
    assert!((2..=3).contains(&error.line), "{error}");
    assert_eq!(readable("a.ftl", "b = {\n"), Ok(()));
    // The worse is said first.
    assert!(matches!(code(&format!("b = {{\nc = x\n{}", nested(9))), Err(("fluent-too-deep", 3))));
}

#[test]
fn an_escape_at_which_the_parser_panics_is_an_error() {
    let text = "a = x\nk = { \"\\u00é\" }\n";
    assert!(catch_unwind(|| parser::parse(text)).is_err(), "the parser was mended: drop `fluent-escape`");
    assert_eq!(code(text), Err(("fluent-escape", 2)));
    assert!(readable("panel.ftl", text).unwrap_err().is_harmful());
    assert_eq!(code("k = C:\\users\\ütz { \"\\u00e9\" }\n"), Ok(()));
}

#[test]
fn messages_have_a_place_and_their_variables() {
    let text = "# about\n-brand = Annex { $case }\na = x\n    .title = { $who }\n\nb = { $count ->\n   [one] { -brand(case: \"x\") }\n  \
                *[other] { NUMBER($total, digits: 2) } { a }\n }\nbroken = { $ }\na = again { $then }\n";
    let found = messages("de.ftl", text).unwrap();
    let told: Vec<(&str, usize, String)> = found
        .iter()
        .map(|message| {
            let variables: Vec<&str> = message.variables.iter().map(String::as_str).collect();
            (message.key.as_str(), message.line, variables.join(" "))
        })
        .collect();
    assert_eq!(told, [("a", 3, "who".into()), ("b", 6, "count total".into()), ("a", 11, "then".into())]);
}
