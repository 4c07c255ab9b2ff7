//! A plugin that takes what it can get, one kind of attack per build: the bench `attacks` puts other words into the place
//! of [`BEHAVIOUR`]. Words: `render=spin` and the like for the panel, `event=slow` for events. Without a word it is the
//! neighbour that all of them harm: a small panel that counts the events it has heard.

wit_bindgen::generate!({ path: "../../../wit/annex-addon-0.1", world: "plugin" });

use std::{hint::black_box, time::Duration};

use annex::addon::{
    http, kv, tickets,
    ui::{Block, Cell, Column, Node, Row, Section, Table, Text, TextStyle, Update},
};
use exports::annex::addon::{events, lifecycle, sidebar};
use sidebar::{Context, Event, Fault, Reply, View};

struct Rogue;
export!(Rogue);

/// Found by its first words; the rest is replaced, and read as if it could change.
static BEHAVIOUR: [u8; 96] =
    *b"the behaviour of the rogue:                                                                     ";

fn told(what: &str) -> String {
    // SAFETY: a plain read of a static; volatile, so that the compiler does not take the text above for the last word.
    let bytes = unsafe { std::ptr::read_volatile(&BEHAVIOUR) };
    let text = String::from_utf8_lossy(&bytes);
    let words = text.split_once(':').map_or("", |(_, words)| words);
    let word = words.split_whitespace().find_map(|word| word.strip_prefix(what)?.strip_prefix('='));
    word.unwrap_or_default().to_owned()
}

/// About 200 ms of one core.
fn spin() {
    let mut sum = 0_u64;
    for at in 0..60_000_000_u64 {
        sum = black_box(sum.wrapping_add(at));
    }
}

/// 55 MiB, every page of them written to, for a moment.
fn memory() {
    let mut kept = vec![0_u8; 55 << 20];
    for page in kept.chunks_mut(4096) {
        page[0] = 1;
    }
    black_box(&kept);
    std::thread::sleep(Duration::from_millis(100));
}

fn fetch() {
    let request = http::Request {
        method: http::Method::Get,
        url: "https://slow.example.com/".into(),
        headers: Vec::new(),
        body: None,
        auth: None,
        timeout_ms: None,
    };
    let _ = http::send(&request);
}

fn cells() -> Block {
    let columns = (0..8).map(|at| Column {
        id: format!("c{at}"),
        label: format!("Column {at}"),
        numeric: false,
        sortable: false,
    });
    let rows = (0..100).map(|row| Row {
        id: format!("r{row}"),
        cells: (0..8).map(|at| Cell::Text(format!("Cell {at} of row {row} & <more>"))).collect(),
        actions: Vec::new(),
    });
    Block::Table(Table {
        id: "cells".into(),
        caption: "Cells".into(),
        columns: columns.collect(),
        rows: rows.collect(),
        sort: None,
        empty: None,
        page: None,
    })
}

fn text(text: String) -> Block {
    Block::Text(Text { text, style: TextStyle::Body })
}

/// How many events it has heard, and the version of that count.
fn heard() -> (u64, u64) {
    let found = kv::get("heard").ok().flatten();
    found.map_or((0, 0), |entry| (String::from_utf8_lossy(&entry.value).parse().unwrap_or(0), entry.version))
}

impl sidebar::Guest for Rogue {
    fn render(ctx: Context) -> Result<View, Fault> {
        let mut block = text(format!("heard={};", heard().0));
        match told("render").as_str() {
            "spin" => spin(),
            "loop" => loop {
                black_box(0);
            },
            "sleep" => std::thread::sleep(Duration::from_secs(3600)),
            "fetch" => fetch(),
            "kv" => loop {
                let _ = kv::set("spam", &[7; 1024], None);
            },
            "note" => loop {
                let _ = tickets::add_note(&ctx.ticket, "spam");
            },
            "memory" => memory(),
            "cells" => block = cells(),
            _ => {}
        }
        Ok(View {
            title: "Rogue".into(),
            subtitle: None,
            banner: None,
            sections: vec![Section {
                id: "main".into(),
                title: None,
                collapsed: None,
                is_form: false,
                nodes: vec![Node { id: "node".into(), block }],
            }],
            footer: vec![],
            refresh_seconds: None,
            state: vec![],
        })
    }

    fn handle(_: Context, _: Event) -> Result<Reply, Fault> {
        Ok(Reply { update: Update::None, toast: None })
    }
}

impl lifecycle::Guest for Rogue {
    fn install() -> Result<(), String> {
        Ok(())
    }

    fn update(_: String) -> Result<(), String> {
        Ok(())
    }

    fn uninstall() -> Result<(), String> {
        Ok(())
    }
}

impl events::Guest for Rogue {
    fn on_event(_: events::Event) -> Result<(), String> {
        if told("event") == "slow" {
            std::thread::sleep(Duration::from_secs(9));
            return Ok(());
        }
        // Events come side by side.
        loop {
            let (count, version) = heard();
            match kv::set("heard", (count + 1).to_string().as_bytes(), Some(version)) {
                Ok(_) => return Ok(()),
                Err(kv::Error::Conflict(_)) => {}
                Err(error) => return Err(format!("{error:?}")),
            }
        }
    }
}
