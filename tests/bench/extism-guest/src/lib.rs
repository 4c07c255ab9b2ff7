//! The same panel as `tests/guests/panel`, for Extism: context as JSON in, view as JSON out, with the same arena. Speaks
//! Extism's kernel interface directly, which is what its own library does.
#![no_std]

extern crate alloc;

mod arena;
mod view;

use alloc::vec::Vec;

use serde::Deserialize;

#[link(wasm_import_module = "extism:host/env")]
unsafe extern "C" {
    fn input_length() -> u64;
    fn input_load_u8(offset: u64) -> u32;
    fn input_load_u64(offset: u64) -> u64;
    #[link_name = "alloc"]
    fn host_alloc(length: u64) -> u64;
    fn store_u8(offset: u64, byte: u32);
    fn store_u64(offset: u64, bytes: u64);
    fn output_set(offset: u64, length: u64);
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// The one function of the C library that the compiler asks for: copies are instructions of their own.
///
/// # Safety
/// Both pointers are valid for `length` bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, length: usize) -> i32 {
    let mut at = 0;
    while at < length {
        // SAFETY: `at` is below `length`; volatile, so that the loop does not become a call of this function.
        let (a, b) = unsafe { (left.add(at).read_volatile(), right.add(at).read_volatile()) };
        if a != b {
            return i32::from(a) - i32::from(b);
        }
        at += 1;
    }
    0
}

#[derive(Deserialize)]
struct Context<'a> {
    ticket: &'a str,
    #[serde(rename = "requester-email")]
    requester_email: Option<&'a str>,
}

fn read_input() -> Vec<u8> {
    // SAFETY: the host's functions; offsets stay below the length that it gave.
    unsafe {
        let length = input_length();
        let mut input = Vec::with_capacity(length as usize);
        let mut at = 0;
        while at + 8 <= length {
            input.extend_from_slice(&input_load_u64(at).to_le_bytes());
            at += 8;
        }
        while at < length {
            input.push(input_load_u8(at) as u8);
            at += 1;
        }
        input
    }
}

fn write_output(output: &[u8]) {
    // SAFETY: the block has the length of the output, and nothing is written outside.
    unsafe {
        let block = host_alloc(output.len() as u64);
        let mut at = block;
        let (words, rest) = output.as_chunks::<8>();
        for word in words {
            store_u64(at, u64::from_le_bytes(*word));
            at += 8;
        }
        for byte in rest {
            store_u8(at, u32::from(*byte));
            at += 1;
        }
        output_set(block, output.len() as u64);
    }
}

/// The plugin's function.
#[unsafe(no_mangle)]
pub extern "C" fn render() -> i32 {
    let input = read_input();
    let Ok(context) = serde_json::from_slice::<Context<'_>>(&input) else { return 1 };
    match serde_json::to_vec(&view::panel(context.ticket, context.requester_email.unwrap_or_default())) {
        Ok(output) => {
            write_output(&output);
            0
        }
        Err(_) => 1,
    }
}
