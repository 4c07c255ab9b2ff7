//! A global allocator for components: memory is handed out in order and given back with the instance, which lives for
//! one call. Faster than a general allocator; use it where a call does not free and allocate megabytes again and again,
//! because only the newest block is reused.
//!
//! ```
//! annex_sdk::use_arena!();
//! ```
//!
//! Blocks that the host passes in come from the C library's allocator and are freed here: freeing what is not the
//! newest block of the arena does nothing, so that is sound.

/// Makes the arena the global allocator of a component. Natively it does nothing.
#[macro_export]
macro_rules! use_arena {
    () => {
        #[cfg(target_arch = "wasm32")]
        #[global_allocator]
        static ANNEX_ARENA: $crate::arena::Arena = $crate::arena::Arena::new();
    };
}

/// Where a block goes in a region that is free from `top` to `end`: its start and the new top. None when it does not
/// fit. `align` is a power of two.
#[cfg(any(target_arch = "wasm32", test))]
fn fit(top: usize, end: usize, size: usize, align: usize) -> Option<(usize, usize)> {
    let start = top.checked_add(align - 1)? & !(align - 1);
    let new_top = start.checked_add(size)?;
    (new_top <= end).then_some((start, new_top))
}

#[cfg(target_arch = "wasm32")]
pub use component::Arena;

#[cfg(target_arch = "wasm32")]
#[expect(
    unsafe_code,
    reason = "a global allocator is an unsafe trait; a component has one thread, and blocks of the arena never overlap"
)]
mod component {
    use core::{
        alloc::{GlobalAlloc, Layout},
        arch::wasm32::memory_grow,
        ptr,
        sync::atomic::{AtomicUsize, Ordering::Relaxed},
    };

    use super::fit;

    /// Bytes of a page of WebAssembly memory.
    const PAGE: usize = 65_536;
    /// Pages asked for at least: one growth is enough for most calls.
    const PAGES: usize = 4;

    /// See the module.
    #[derive(Debug)]
    pub struct Arena {
        /// First byte of the region; nothing below it is ours.
        base: AtomicUsize,
        /// First free byte.
        top: AtomicUsize,
        /// First byte after the region.
        end: AtomicUsize,
    }

    impl Arena {
        /// An arena that owns nothing yet.
        #[must_use]
        #[expect(clippy::new_without_default, reason = "only ever made in a static")]
        pub const fn new() -> Self {
            Self { base: AtomicUsize::new(0), top: AtomicUsize::new(0), end: AtomicUsize::new(0) }
        }

        #[cold]
        #[inline(never)]
        fn grow(&self, size: usize, align: usize) -> bool {
            let Some(bytes) = size.checked_add(align) else { return false };
            let pages = bytes.div_ceil(PAGE).max(PAGES);
            let before = memory_grow::<0>(pages);
            if before == usize::MAX {
                return false;
            }
            let start = before * PAGE;
            if start != self.end.load(Relaxed) {
                self.base.store(start, Relaxed);
                self.top.store(start, Relaxed);
            }
            self.end.store(start + pages * PAGE, Relaxed);
            true
        }

        fn take(&self, layout: Layout) -> Option<*mut u8> {
            let (start, top) = fit(self.top.load(Relaxed), self.end.load(Relaxed), layout.size(), layout.align())?;
            self.top.store(top, Relaxed);
            Some(ptr::with_exposed_provenance_mut(start))
        }

        fn is_newest(&self, block: *mut u8, size: usize) -> bool {
            let start = block.addr();
            start >= self.base.load(Relaxed) && start.checked_add(size) == Some(self.top.load(Relaxed))
        }
    }

    // SAFETY: `take` hands out every byte between `base` and `end` once, aligned; `top` only goes back over the newest
    // block, which its owner gives up in that moment. There is one thread, so loads and stores do not interleave.
    unsafe impl GlobalAlloc for Arena {
        #[inline(never)]
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if let Some(block) = self.take(layout) {
                return block;
            }
            if !self.grow(layout.size(), layout.align()) {
                return ptr::null_mut();
            }
            self.take(layout).unwrap_or(ptr::null_mut())
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            if self.is_newest(block, layout.size()) {
                self.top.store(block.addr(), Relaxed);
            }
        }

        #[inline(never)]
        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            if self.is_newest(block, layout.size())
                && let Some((_, top)) = fit(block.addr(), self.end.load(Relaxed), size, 1)
            {
                self.top.store(top, Relaxed);
                return block;
            }
            // SAFETY: the caller promises that `size` with this alignment is a valid layout and that `block` has
            // `layout.size()` readable bytes; the new block does not overlap the old one.
            unsafe {
                let new = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
                if !new.is_null() {
                    ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                }
                new
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn blocks_are_aligned_and_stay_in_the_region() {
        assert_eq!(fit(100, 200, 10, 1), Some((100, 110)));
        assert_eq!(fit(101, 200, 10, 16), Some((112, 122)));
        assert_eq!(fit(100, 109, 10, 1), None);
        assert_eq!(fit(0, 0, 1, 1), None);
        assert_eq!(fit(usize::MAX - 3, usize::MAX, 8, 8), None);
        assert_eq!(fit(16, 32, usize::MAX, 1), None);
    }
}
