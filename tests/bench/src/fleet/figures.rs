//! What was measured: as a table for whoever looks on, and as JSON with each figure's unit, goal and way of measuring.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};

/// One figure.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    /// None = nobody has set one.
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<Goal>,
    /// How it was measured.
    how: String,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

/// All figures of one run.
#[derive(Debug, Default)]
pub(super) struct Figures(Vec<Figure>);

impl Figures {
    pub(super) fn add(
        &mut self,
        name: &'static str,
        (value, unit): (f64, &'static str),
        goal: Option<Goal>,
        how: impl Into<String>,
    ) {
        let figure = Figure {
            name,
            value: (100.0 * value).round() / 100.0,
            unit,
            goal,
            how: how.into(),
        };
        super::say(&figure.line());
        self.0.push(figure);
    }

    /// Writes them as JSON.
    pub(super) fn write(&self, file: &Path, setup: &Value) -> Result<()> {
        let report = json!({
            "what": "fleet-server on SQLite and simulated kits that speak its protocol, on one machine",
            "setup": setup,
            "figures": self.0.iter().map(Figure::json).collect::<Result<Vec<_>>>()?,
        });
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(file, serde_json::to_vec_pretty(&report)?)?)
    }
}

impl Figure {
    fn reached(&self) -> Option<bool> {
        Some(match self.goal? {
            Goal::AtLeast(goal) => self.value >= goal,
            Goal::AtMost(goal) => self.value <= goal,
        })
    }

    fn line(&self) -> String {
        let goal = match self.goal {
            Some(Goal::AtLeast(goal)) => format!("goal: at least {goal}"),
            Some(Goal::AtMost(goal)) => format!("goal: at most {goal}"),
            None => String::new(),
        };
        let reached = match self.reached() {
            Some(true) => " (reached)",
            Some(false) => " (missed)",
            None => "",
        };
        let Self {
            name, value, unit, ..
        } = self;
        format!("{name:<44} {value:>10} {unit:<14} {goal}{reached}")
    }

    fn json(&self) -> Result<Value> {
        let mut figure = serde_json::to_value(self)?;
        if let Some(reached) = self.reached() {
            figure["reached"] = reached.into();
        }
        Ok(figure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_whether_it_reached_its_goal() {
        let figure = |value, goal| Figure {
            name: "syncs",
            value,
            unit: "per second",
            goal,
            how: String::new(),
        };
        assert_eq!(figure(2.0, Some(Goal::AtLeast(2.0))).reached(), Some(true));
        assert_eq!(figure(1.9, Some(Goal::AtLeast(2.0))).reached(), Some(false));
        assert_eq!(figure(2.1, Some(Goal::AtMost(2.0))).reached(), Some(false));
        assert_eq!(figure(2.1, None).reached(), None);
        assert!(
            figure(2.1, Some(Goal::AtMost(2.0)))
                .line()
                .ends_with("goal: at most 2 (missed)")
        );
    }
}
