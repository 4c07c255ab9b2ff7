//! What one call of an add-on costs, as ratios within one run:
//! (a) our whole invocation against a bare, tuned wasmtime loop that renders the same panel,
//! (b) its throughput against a new Extism plugin for each call that does the same work,
//! (c) the memory of an add-on that is loaded and idle;
//! and what the e-mail add-on takes for a mail of 100 kB, in milliseconds.
//!
//! The three take turns in short rounds, so that what disturbs the machine disturbs all of them; the figures are medians.

mod bare;
#[cfg_attr(not(feature = "extism"), path = "no_extism.rs")]
mod extism_plugin;
mod guests;
mod mail;
mod ours;
mod resident;

use std::time::{Duration, Instant};

const ROUNDS: usize = 60;
const WARM_UP: usize = 5;
const CALLS_A_ROUND: usize = 200;
const EXTISM_CALLS_A_ROUND: usize = 30;
const MAILS_A_ROUND: usize = 10;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args: Vec<_> = std::env::args().skip(1).collect();
    if let [mode, folder, count] = args.as_slice()
        && mode == "resident"
    {
        return resident::child(folder.as_ref(), count.parse()?);
    }
    let guests = guests::build()?;
    if let [mode, what, calls] = args.as_slice()
        && mode == "only"
    {
        return only(&guests, what, calls.parse()?);
    }
    let times = times(&guests)?;
    let memory = resident::measure(&guests.panel)?;
    report(&times, &memory)?;
    mails(&guests)
}

/// The e-mail add-on reads the same mail again and again.
fn mails(guests: &guests::Guests) -> Result<(), Failure> {
    let mails = mail::Mails::new(&guests.email)?;
    let mut rounds = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS + WARM_UP {
        let one = timed(MAILS_A_ROUND, || mails.read())?;
        if round >= WARM_UP {
            rounds.push(one);
        }
    }
    let millis = median(rounds) / 1e3;
    let verdict = if millis <= 10.0 { "met" } else { "MISSED" };
    let what = format!("a mail of {} kB, read in the sandbox", mails.bytes() / 1000);
    println!("\n{what:<46} {millis:>7.2} ms {:>10}  {verdict}", "<= 10 ms");
    Ok(())
}

/// `only ours 20000`, `only bare 20000`: nothing else, for a profiler. Beside the time on the clock, in which a call of ours also
/// waits for threads to wake, what it took of all processors.
fn only(guests: &guests::Guests, what: &str, calls: usize) -> Result<(), Failure> {
    let (clock, processors) = match what {
        "ours" => {
            let ours = ours::Ours::new(&guests.panel)?;
            with_processors(calls, || ours.render().map(|_| ()))?
        }
        "bare" => {
            let bare = bare::Bare::new(&guests.panel)?;
            with_processors(calls, || bare.render())?
        }
        "mail" => {
            let mails = mail::Mails::new(&guests.email)?;
            with_processors(calls, || mails.read())?
        }
        _ => return Err("expected ours, bare or mail".into()),
    };
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    println!("{what}: {:.1} µs a call, {:.1} µs of processors", micros(clock), micros(processors));
    Ok(())
}

/// The means of a call: by the clock, and of all processors together. The first calls do not count.
fn with_processors(
    calls: usize,
    mut call: impl FnMut() -> Result<(), Failure>,
) -> Result<(Duration, Duration), Failure> {
    timed(CALLS_A_ROUND, &mut call)?;
    let before = processor_time()?;
    let clock = timed(calls, call)?;
    Ok((clock, processor_time()?.saturating_sub(before) / u32::try_from(calls)?))
}

/// What all threads of this process have run, in the kernel's hundredths of a second.
fn processor_time() -> Result<Duration, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no times")?;
    // utime and stime, the 14th and the 15th field of all.
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}

/// Microseconds of each call at the median, by what was called.
struct Times {
    bare: f64,
    ours: f64,
    extism: f64,
    extism_pooling: f64,
    view_bytes: usize,
}

fn times(guests: &guests::Guests) -> Result<Times, Failure> {
    let bare = bare::Bare::new(&guests.panel)?;
    let ours = ours::Ours::new(&guests.panel)?;
    let plain = extism_plugin::Extism::new(&guests.extism, false)?;
    let pooling = extism_plugin::Extism::new(&guests.extism, true)?;
    let view_bytes = serde_json::to_vec(&ours.render()?)?.len();
    assert_eq!(ours.render()?, plain.render()?, "the two guests show the same panel");
    let mut all: [Vec<Duration>; 4] = Default::default();
    for round in 0..ROUNDS + WARM_UP {
        let [a, b, c, d] = [
            timed(CALLS_A_ROUND, || bare.render())?,
            timed(CALLS_A_ROUND, || ours.render().map(|_| ()))?,
            timed(EXTISM_CALLS_A_ROUND, || plain.render().map(|_| ()))?,
            timed(EXTISM_CALLS_A_ROUND, || pooling.render().map(|_| ()))?,
        ];
        if round >= WARM_UP {
            for (all, one) in all.iter_mut().zip([a, b, c, d]) {
                all.push(one);
            }
        }
    }
    let [bare, ours, extism, extism_pooling] = all.map(median);
    Ok(Times { bare, ours, extism, extism_pooling, view_bytes })
}

/// The mean of one round.
fn timed(calls: usize, mut call: impl FnMut() -> Result<(), Failure>) -> Result<Duration, Failure> {
    let started = Instant::now();
    for _ in 0..calls {
        call()?;
    }
    Ok(started.elapsed() / u32::try_from(calls)?)
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

fn report(times: &Times, memory: &resident::Memory) -> Result<(), Failure> {
    let over_bare = times.ours / times.bare;
    let over_extism = times.extism / times.ours;
    let over_pooling = times.extism_pooling / times.ours;
    let verdict = |good: bool| if good { "met" } else { "MISSED" };
    println!("a panel of 15 blocks, {} bytes as JSON; one thread; medians of {ROUNDS} rounds\n", times.view_bytes);
    println!("{:<46} {:>10} {:>10}", "", "µs a call", "calls/s");
    for (name, time) in [
        ("bare wasmtime loop, tuned", times.bare),
        ("Annex, the whole invocation", times.ours),
        ("Extism, a new plugin per call", times.extism),
        ("Extism, the same with its pooling allocator", times.extism_pooling),
    ] {
        println!("{name:<46} {time:>10.1} {:>10.0}", 1e6 / time);
    }
    println!();
    println!("{:<46} {:>10} {:>10}", "", "measured", "goal");
    println!(
        "{:<46} {over_bare:>9.2}x {:>10}  {}",
        "whole invocation / bare loop",
        "<= 1.25x",
        verdict(over_bare <= 1.25)
    );
    println!("{:<46} {over_extism:>9.1}x {:>10}  {}", "throughput / Extism", ">= 5x", verdict(over_extism >= 5.0));
    println!("{:<46} {over_pooling:>9.1}x", "throughput / Extism with pooling");
    println!(
        "{:<46} {:>6.2} MiB {:>10}  {}",
        format!("idle add-on of {} KiB", memory.component_bytes / 1024),
        memory.mib_each,
        "<= 1.5 MiB",
        verdict(memory.mib_each <= 1.5)
    );
    let json = serde_json::json!({
        "view_bytes": times.view_bytes,
        "microseconds": {
            "bare": times.bare, "annex": times.ours,
            "extism": times.extism, "extism_pooling": times.extism_pooling,
        },
        "ratios": { "annex_over_bare": over_bare, "extism_over_annex": over_extism, "extism_pooling_over_annex": over_pooling },
        "resident": { "components": memory.count, "component_bytes": memory.component_bytes, "mib_each": memory.mib_each },
    });
    println!("\n{}", serde_json::to_string(&json)?);
    Ok(())
}
