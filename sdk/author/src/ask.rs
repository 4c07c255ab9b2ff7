//! What the flags leave open is asked, where a person sits at the terminal. Programs and pipes get what is usual.

use std::{
    fmt::Display,
    io::{self, BufRead, IsTerminal as _, Write},
};

use annex_check::{Diagnostic, Failure};

use crate::output::Output;

/// Something to choose, and what it is in a few words.
pub(crate) type Choice<T> = (T, &'static str);

/// What was given; else what the author chooses; else the first one.
pub(crate) fn choice<T: Copy + Display>(
    given: Option<T>,
    question: &str,
    usual: Choice<T>,
    others: &[Choice<T>],
    output: Output,
) -> Result<T, Failure> {
    if let Some(given) = given {
        return Ok(given);
    }
    if others.is_empty() || output == Output::Json || !io::stdin().is_terminal() {
        return Ok(usual.0);
    }
    let choices: Vec<_> = std::iter::once(&usual).chain(others).copied().collect();
    let chosen = choose(&mut io::stdin().lock(), &mut io::stderr(), question, &choices);
    let chosen = chosen.map_err(|error| {
        Diagnostic::new("no-answer", format!("the answer cannot be read: {error}"))
            .fix("say it with the flags that `--help` lists")
    })?;
    Ok(chosen.unwrap_or(usual.0))
}

/// The one whose number or word is typed. None for an empty line, and for the end of the input.
fn choose<T: Copy + Display>(
    input: &mut impl BufRead,
    screen: &mut impl Write,
    question: &str,
    choices: &[Choice<T>],
) -> io::Result<Option<T>> {
    let words: Vec<_> = choices.iter().map(|(choice, _)| choice.to_string()).collect();
    writeln!(screen, "{question}")?;
    for (number, (word, (_, what))) in (1..).zip(words.iter().zip(choices)) {
        writeln!(screen, "  {number}  {word:<12}{what}")?;
    }
    loop {
        write!(screen, "Number or name [1]: ")?;
        screen.flush()?;
        let mut line = String::new();
        input.read_line(&mut line)?;
        let answer = line.trim();
        if answer.is_empty() {
            return Ok(None);
        }
        let mut typed = (1..).zip(&words).map(|(number, word)| answer == word || answer == format!("{number}"));
        if let Some((choice, _)) = typed.position(|typed| typed).and_then(|at| choices.get(at)) {
            return Ok(Some(*choice));
        }
    }
}

#[cfg(test)]
mod tests {
    use annex_domain::addon::Kind;

    use super::*;

    const KINDS: [Choice<Kind>; 2] = [(Kind::Plugin, "a panel"), (Kind::Language, "texts")];

    fn answer(typed: &str) -> (Option<Kind>, String) {
        let mut screen = Vec::new();
        let chosen = choose(&mut typed.as_bytes(), &mut screen, "What is it?", &KINDS).unwrap();
        (chosen, String::from_utf8(screen).unwrap())
    }

    #[test]
    fn numbers_and_names_choose_and_nothing_takes_what_is_usual() {
        let (chosen, shown) = answer("2\n");
        assert_eq!(chosen, Some(Kind::Language));
        assert_eq!(shown, "What is it?\n  1  plugin      a panel\n  2  language    texts\nNumber or name [1]: ");
        assert_eq!(answer(" language \n").0, Some(Kind::Language));
        assert_eq!((answer("\n").0, answer("").0), (None, None));
        let (chosen, shown) = answer("3\nchannel\n1\n");
        assert_eq!((chosen, shown.matches("Number or name").count()), (Some(Kind::Plugin), 3));
    }

    #[test]
    fn nobody_is_asked_what_is_said_or_has_one_answer() {
        let usual = (Kind::Plugin, "a panel");
        let given = choice(Some(Kind::Channel), "?", usual, &KINDS, Output::Text).unwrap();
        assert_eq!(given, Kind::Channel);
        assert_eq!(choice(None, "?", usual, &[], Output::Text).unwrap(), Kind::Plugin);
        assert_eq!(choice(None, "?", usual, &KINDS, Output::Json).unwrap(), Kind::Plugin);
    }
}
