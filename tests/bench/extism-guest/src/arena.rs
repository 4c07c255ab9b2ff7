//! Memory that is handed out and never taken back.

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::Cell,
    ptr,
};

struct Arena {
    next: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: components have one thread.
unsafe impl Sync for Arena {}

#[global_allocator]
static ARENA: Arena = Arena { next: Cell::new(0), end: Cell::new(0) };

const PAGE: usize = 64 << 10;

// SAFETY: blocks never overlap, as `next` only rises; memory that was grown is never moved or given back.
unsafe impl GlobalAlloc for Arena {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.next.get().next_multiple_of(layout.align());
        let Some(end) = start.checked_add(layout.size()) else { return ptr::null_mut() };
        if end <= self.end.get() {
            self.next.set(end);
            return start as *mut u8;
        }
        let pages = (layout.size() + layout.align()).div_ceil(PAGE).max(2);
        let old = core::arch::wasm32::memory_grow(0, pages);
        if old == usize::MAX {
            return ptr::null_mut();
        }
        let base = old * PAGE;
        if base != self.end.get() {
            self.next.set(base);
        }
        self.end.set(base + pages * PAGE);
        // SAFETY: the same contract; now there is room.
        unsafe { self.alloc(layout) }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
