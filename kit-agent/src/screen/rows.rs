//! Lists in the window: only rows that differ are written, so that focus and a finger on a row survive the clock.

use kit_screens::{ModelRc, VecModel};
use slint::Model;

/// Writes the rows into the list that is shown; gives `set` a new list only where the number of rows changed.
pub(super) fn write<T>(shown: &ModelRc<T>, rows: Vec<T>, set: impl FnOnce(ModelRc<T>))
where
    T: Clone + PartialEq + 'static,
{
    if shown.row_count() != rows.len() {
        set(ModelRc::new(VecModel::from(rows)));
        return;
    }
    for (place, row) in rows.into_iter().enumerate() {
        if shown.row_data(place).as_ref() != Some(&row) {
            shown.set_row_data(place, row);
        }
    }
}
