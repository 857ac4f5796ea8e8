//! A vector indexed by ids of its own type, so that a node's number cannot be used as a transition's.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// The id of a row in a [`Table`].
pub trait Id: Copy + Eq {
    /// The id of the `index`th row.
    fn from_index(index: usize) -> Self;
    /// The row's number.
    fn index(self) -> usize;
}

/// Declares an [`Id`].
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $crate::table::Id for $name {
            fn from_index(index: usize) -> Self {
                // A source holds at most 2^28 bytes, so no table grows past 2^32 rows.
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}
pub(crate) use id;

/// Rows that are indexed by ids of type `I`.
#[derive(Debug, Clone)]
pub struct Table<I, T> {
    rows: Vec<T>,
    id: PhantomData<I>,
}

impl<I: Id, T> Table<I, T> {
    /// A table of the given rows.
    pub fn from_rows(rows: Vec<T>) -> Self {
        Self { rows, id: PhantomData }
    }

    /// Adds a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        let id = I::from_index(self.rows.len());
        self.rows.push(row);
        id
    }

    /// Makes room for this many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.rows.reserve(rows);
    }

    /// The row of an id, which may be another table's.
    pub fn find(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in order.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// Every id in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::from_index)
    }

    /// Every id with its row, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.rows.iter().enumerate().map(|(index, row)| (I::from_index(index), row))
    }
}

impl<I: Id, T: Clone> Table<I, T> {
    /// A table of `len` equal rows.
    pub fn filled(row: T, len: usize) -> Self {
        Self::from_rows(vec![row; len])
    }
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), id: PhantomData }
    }
}

impl<I: Id, T> Index<I> for Table<I, T> {
    type Output = T;

    #[expect(clippy::indexing_slicing, reason = "a table is asked only for ids of its own")]
    fn index(&self, id: I) -> &T {
        &self.rows[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Table<I, T> {
    #[expect(clippy::indexing_slicing, reason = "a table is asked only for ids of its own")]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.index()]
    }
}
