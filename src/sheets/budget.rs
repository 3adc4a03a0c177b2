//! What reading a sheet may take: counted before anything is copied, and given up with the request.
//!
//! Nothing that a file says of itself is believed: not how many strings, styles or cells it has, nor how large it is
//! when it is unpacked. Everything is counted as it comes.

use super::table::Bounds;
use crate::http::fault::Fault;
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The most characters a spreadsheet program keeps in a cell.
const MOST_CELL_CHARS: usize = 32_767;
/// The most bytes that those can be.
pub(super) const MOST_CELL_BYTES: usize = MOST_CELL_CHARS * 4;

/// Whether anybody still waits for a reading; false from the moment the request is gone.
#[derive(Clone, Debug, Default)]
pub(super) struct Waiting(Arc<AtomicBool>);

impl Waiting {
    fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Lies with whoever waits: when it is dropped, nobody does.
#[derive(Debug)]
pub(super) struct Waiter(Waiting);

impl Waiter {
    pub(super) fn new(waiting: &Waiting) -> Self {
        Self(waiting.clone())
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// What is left for one reading.
#[derive(Debug)]
pub(super) struct Budget {
    bounds: Bounds,
    waiting: Waiting,
    cells: Cell<usize>,
    text_bytes: Cell<usize>,
    exceeded: Cell<bool>,
}

impl Budget {
    pub(super) fn new(bounds: Bounds, waiting: Waiting) -> Self {
        Self {
            bounds,
            waiting,
            cells: Cell::new(bounds.cells),
            text_bytes: Cell::new(bounds.text_bytes),
            exceeded: Cell::new(false),
        }
    }

    /// As much again, for the same request: for a look that keeps nothing.
    pub(super) fn again(&self) -> Self {
        Self::new(self.bounds, self.waiting.clone())
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Takes a cell with a text of so many bytes; to be asked before the text is copied.
    pub(super) fn cell(&self, bytes: usize) -> Result<(), Fault> {
        let cells = self.cells.get().checked_sub(1);
        let text = self.text_bytes.get().checked_sub(bytes);
        let (Some(cells), Some(text)) = (cells, text) else {
            return Err(self.too_large());
        };
        self.cells.set(cells);
        self.text_bytes.set(text);
        Ok(())
    }

    /// Whether the work is still worth it.
    pub(super) fn goes_on(&self) -> bool {
        !self.waiting.is_over()
    }

    /// The refusal, and a mark for whoever asks later why a reader below has stopped.
    pub(super) fn too_large(&self) -> Fault {
        self.exceeded.set(true);
        Fault::of("sheet_too_large")
            .with("cells", self.bounds.cells)
            .with("bytes", self.bounds.text_bytes)
            .with("chars", MOST_CELL_CHARS)
    }

    /// Why a reader below has stopped: by this budget, or by what it read.
    pub(super) fn why_stopped(&self) -> Fault {
        if self.exceeded.get() {
            self.too_large()
        } else {
            Fault::of("sheet_unreadable")
        }
    }
}
